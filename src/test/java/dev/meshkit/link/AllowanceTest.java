package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.Family;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * T33, T34: how much one peer may send: 100 frames and 1 MiB a second on Stream, 200 on Elect, and
 * at once what a hand-over may bring.
 */
class AllowanceTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void whatMayHaveWaitedPassesAtOnceAndThenAsMuchAsTimeAllows() {
    var stream = Allowance.of(Family.STREAM, NOW);
    var most = Outgoing.MAX_FRAMES;
    assertEquals(most, passed(stream, most + 50, 10, NOW));
    assertEquals(10, passed(stream, 50, 10, NOW.plusMillis(100)));
    assertEquals(most, passed(stream, most + 50, 10, NOW.plusSeconds(3600)));
    var elect = Allowance.of(Family.ELECT, NOW);
    assertEquals(most, passed(elect, most + 50, 10, NOW));
    assertEquals(20, passed(elect, 50, 10, NOW.plusMillis(100)));
  }

  @Test
  void bytesAreBoundedToo() {
    var stream = Allowance.of(Family.STREAM, NOW);
    assertEquals(16, passed(stream, 20, 64 << 10, NOW));
    assertFalse(stream.permits(64 << 10, NOW.plusMillis(10)));
    assertTrue(stream.permits(1, NOW.plusMillis(10)));
  }

  private static int passed(Allowance allowance, int tries, int size, Instant at) {
    var passed = 0;
    for (var i = 0; i < tries; i++) {
      if (allowance.permits(size, at)) passed++;
    }
    return passed;
  }
}
