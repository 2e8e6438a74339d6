package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Q19 An interrupted waiter strands no lease, whichever comes first. */
class WaiterTest {
  private static final List<Lease<Bytes>> LEASES =
      List.of(
          new Lease<>(
              new TaskId(1),
              7,
              QueueFixture.LANE,
              "k",
              1,
              0,
              1,
              Bytes.EMPTY,
              Instant.EPOCH,
              new Tokens(() -> Bytes.utf8("store")).of(1),
              Map.of(),
              List.of()));

  @Test
  void whatWasGrantedBeforeTheInterruptIsGivenBackByTheWaiter() {
    var waiter = Waiter.<Bytes>any(1);
    assertTrue(waiter.take());
    assertTrue(waiter.grant(LEASES));
    assertEquals(LEASES, waiter.abandon());
  }

  @Test
  void whatIsGrantedAfterTheInterruptIsGivenBackByTheWriter() {
    var waiter = Waiter.<Bytes>any(1);
    assertTrue(waiter.take());
    assertEquals(List.of(), waiter.abandon());
    assertFalse(waiter.grant(LEASES));
  }
}
