package dev.meshkit.queue;

import java.time.Duration;

/** Durations that callers give, cut to a length that can be added to any clock. */
final class Horizon {
  /** Nothing in a queue waits for longer. */
  private static final Duration FAR = Duration.ofDays(36_500);

  private Horizon() {}

  /** It, or a hundred years. */
  static Duration of(Duration given) {
    return given.compareTo(FAR) > 0 ? FAR : given;
  }

  /** The same in milliseconds. */
  static long millis(Duration given) {
    return of(given).toMillis();
  }
}
