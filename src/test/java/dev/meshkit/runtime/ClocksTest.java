package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** This machine's clocks. */
final class ClocksTest {
  @Test
  void theMonotonicClockBeginsAtTheEpochAndNeverFalls() {
    var monotonic = Clocks.system().monotonic();
    var last = monotonic.instant();
    assertFalse(last.isBefore(Instant.EPOCH));
    for (var look = 0; look < 100_000; look++) {
      var now = monotonic.instant();
      assertFalse(now.isBefore(last));
      last = now;
    }
  }

  /** Suspended time counts; without any, both of Linux's clocks run alike. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void suspendedTimeCountsOnLinux() {
    assertTrue(Clocks.suspendCounts());
    var boot = BootTime.nanos().orElseThrow();
    for (var look = 0; look < 1_000; look++) {
      var before = boot.getAsLong();
      var start = System.nanoTime();
      Thread.onSpinWait();
      var took = System.nanoTime() - start;
      assertTrue(boot.getAsLong() - before >= took);
    }
  }
}
