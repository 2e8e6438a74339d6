package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;

/**
 * All that a step may know of the world.
 *
 * @param now the monotonic clock, suspended time included; never falls between steps
 * @param chance 64 fresh random bits
 */
public record Facts(Instant now, long chance) {
  /** U(0, {@code most}): this step's one draw. */
  Duration upTo(Duration most) {
    var unit = (chance >>> 11) * 0x1.0p-53;
    return Duration.ofNanos((long) (unit * most.toNanos()));
  }
}
