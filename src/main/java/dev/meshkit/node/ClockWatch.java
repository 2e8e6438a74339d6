package dev.meshkit.node;

import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;

/**
 * Notices that the monotonic clock stood still while the machine was suspended: the wall clock then
 * gains on it. A step of the wall clock looks the same and costs a leader its tenure, too; so this
 * is only asked where the monotonic clock does not count suspended time. Confined to one loop.
 */
final class ClockWatch {
  private final Clocks clocks;
  private final Duration most;
  private Instant wall;
  private Instant monotonic;

  /** Suspicious once the wall clock has gained more than {@code most} between two looks. */
  ClockWatch(Clocks clocks, Duration most) {
    this.clocks = clocks;
    this.most = most;
    this.wall = clocks.wall().instant();
    this.monotonic = clocks.monotonic().instant();
  }

  /** Looks at both clocks; whether the monotonic one stood still since the last look. */
  boolean suspect() {
    var wallNow = clocks.wall().instant();
    var monotonicNow = clocks.monotonic().instant();
    var gained = Duration.between(wall, wallNow).minus(Duration.between(monotonic, monotonicNow));
    wall = wallNow;
    monotonic = monotonicNow;
    return gained.compareTo(most) > 0;
  }
}
