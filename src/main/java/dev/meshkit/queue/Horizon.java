package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/** Durations that callers give, cut to a length that can be added to any clock. */
final class Horizon {
  /** Nothing in a queue waits for longer. */
  static final Duration FAR = Duration.ofDays(36_500);

  /** Nor until a later time. */
  static final Instant LAST = Instant.parse("2170-01-01T00:00:00Z");

  private Horizon() {}

  /** It, or a hundred years; ZERO for what is negative. */
  static Duration of(Duration given) {
    if (given.isNegative()) return Duration.ZERO;
    return given.compareTo(FAR) > 0 ? FAR : given;
  }

  /** The same in milliseconds. */
  static long millis(Duration given) {
    return of(given).toMillis();
  }
}
