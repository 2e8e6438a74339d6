package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;

/**
 * When a voter's cap may follow {@code max_promise} down: once the longest promise that was given
 * under the old one has passed (E18).
 *
 * @param to the longest promise given since
 * @param at when nothing longer is under way; the far future while there is nothing to lower
 */
record Lowering(Duration to, Instant at) {
  static final Lowering NONE = new Lowering(Duration.ZERO, Instant.MAX);

  /** From now on no promise is longer than {@code most}; until now none was longer than the cap. */
  Lowering after(Duration most, Duration cap, Instant now) {
    if (most.compareTo(cap) >= 0) return NONE;
    return most.equals(to) ? this : new Lowering(most, now.plus(cap));
  }

  boolean isDue(Instant now) {
    return !now.isBefore(at);
  }
}
