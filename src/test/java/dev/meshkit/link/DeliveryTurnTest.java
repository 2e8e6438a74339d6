package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of the Deliver streams of one peer that wait for a handler's end, those that are over leave. */
@Timeout(60)
class DeliveryTurnTest {
  private final DeliveryTurn turn = new DeliveryTurn();

  @Test
  void whoWasOvertakenLeavesThoughTheTurnIsNotOver() throws Exception {
    assertTrue(turn.await(() -> false));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var over = new AtomicBoolean();
      var early = new ArrayList<Future<Boolean>>();
      for (var i = 0; i < 100; i++) early.add(threads.submit(() -> turn.await(over::get)));
      // when a later stream has ended them, and waits itself
      over.set(true);
      var latest = threads.submit(() -> turn.await(() -> false));
      // then none of them waits any more, while the first is still served
      for (var one : early) assertFalse(had(one, threads));
      assertFalse(latest.isDone());
      turn.end();
      assertTrue(had(latest, threads));
    }
  }

  @Test
  void oneAtATimeHasIt() throws Exception {
    var order = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertTrue(turn.await(() -> false));
      var second =
          threads.submit(
              () -> {
                var mine = turn.await(() -> false);
                order.add("second");
                return mine;
              });
      order.add("first");
      turn.end();
      assertTrue(had(second, threads));
    }
    assertEquals(List.of("first", "second"), order);
  }

  /** What a stream got; one that waits on fails the test, and ends, for its threads are awaited. */
  private static boolean had(Future<Boolean> stream, ExecutorService threads) throws Exception {
    try {
      return stream.get(20, TimeUnit.SECONDS);
    } catch (TimeoutException waits) {
      threads.shutdownNow();
      throw new AssertionError("a stream waits on", waits);
    }
  }
}
