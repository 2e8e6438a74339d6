package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;

/** Points of time at which all that may wait for one happens together. */
final class Grid {
  private static final long SECOND = 1_000_000_000L;

  private Grid() {}

  /**
   * The last multiple of {@code step} on the clock that is no later than {@code step} after {@code
   * from}, but no sooner than {@code least} after it. Three steps of a third of a second make one
   * on the clock, though such a step lacks a third of a nanosecond.
   */
  static Instant last(Instant from, Duration step, Duration least) {
    var width = step.toNanos();
    var fit = SECOND / width;
    var parts = fit > 0 && SECOND / fit == width ? fit : 1;
    var whole = parts > 1 ? SECOND : width;
    var nanos = from.getEpochSecond() * SECOND + from.getNano();
    var begun = Math.floorDiv(nanos, whole) * whole;
    var next = ((nanos - begun) * parts + whole) / whole;
    var last = Math.max(begun + Math.ceilDiv(next * whole, parts), nanos + least.toNanos());
    return Instant.ofEpochSecond(Math.floorDiv(last, SECOND), Math.floorMod(last, SECOND));
  }
}
