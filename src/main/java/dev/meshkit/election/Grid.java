package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;

/** Points of time at which all that may wait for one happens together. */
final class Grid {
  private static final long SECOND = 1_000_000_000L;

  private Grid() {}

  /**
   * The last multiple of {@code step} on the clock that is no later than {@code step} after {@code
   * from}, but no sooner than {@code least} after it.
   */
  static Instant last(Instant from, Duration step, Duration least) {
    var nanos = from.getEpochSecond() * SECOND + from.getNano();
    var width = step.toNanos();
    var next = Math.max(Math.floorDiv(nanos + width, width) * width, nanos + least.toNanos());
    return Instant.ofEpochSecond(Math.floorDiv(next, SECOND), Math.floorMod(next, SECOND));
  }
}
