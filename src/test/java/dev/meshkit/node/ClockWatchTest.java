package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** E19 (part): a monotonic clock that stood still is noticed, where it does that. */
final class ClockWatchTest {
  private final AtomicReference<Instant> wall = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<Instant> monotonic = new AtomicReference<>(Instant.EPOCH);
  private final ClockWatch watch =
      new ClockWatch(new Clocks(wall::get, monotonic::get), Duration.ofMillis(200));

  @Test
  void aSuspendThatTheMonotonicClockMissedIsNoticedOnce() {
    pass(10_000, 100);
    assertTrue(watch.suspect());
    assertFalse(watch.suspect());
  }

  @Test
  void clocksThatAgreeAreTrusted() {
    for (var turn = 0; turn < 1_000; turn++) {
      pass(101, 100); // a wall clock slewed by 1 %: never much between two looks
      assertFalse(watch.suspect());
    }
  }

  @Test
  void aWallClockSetBackIsNoReason() {
    pass(-3_600_000, 100);
    assertFalse(watch.suspect());
  }

  private void pass(long wallMs, long monotonicMs) {
    wall.updateAndGet(now -> now.plusMillis(wallMs));
    monotonic.updateAndGet(now -> now.plusMillis(monotonicMs));
  }
}
