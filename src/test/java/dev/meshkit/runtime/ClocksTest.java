package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  /**
   * The kernel's own record of time since boot, suspended time included, lies between two reads.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void suspendedTimeCountsOnLinux() throws Exception {
    assertTrue(Clocks.suspendCounts());
    var boot = BootTime.nanos().orElseThrow();
    var before = Duration.ofNanos(boot.getAsLong());
    var uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0]; // in hundredths, cut off
    var after = Duration.ofNanos(boot.getAsLong());
    var seen = Duration.ofMillis((long) (Double.parseDouble(uptime) * 1_000));
    assertFalse(seen.plusMillis(11).compareTo(before) < 0, seen + " before " + before);
    assertFalse(seen.compareTo(after) > 0, seen + " after " + after);
  }
}
