package dev.meshkit.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A builder's spans of time: grpc-java says "never" by a number too large to be meant. */
final class Spans {
  private static final long MOST_DAYS = 100_000;

  private Spans() {}

  /**
   * A positive span; what exceeds 100,000 days is {@link Lifetime#FOREVER}.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  static Duration positive(long value, TimeUnit unit, String what) {
    if (value <= 0) throw new IllegalArgumentException(what + " is positive, not " + value);
    return of(value, unit);
  }

  /** A span that may be zero. */
  static Duration orZero(long value, TimeUnit unit, String what) {
    if (value < 0)
      throw new IllegalArgumentException(what + " is not negative, as " + value + " is");
    return of(value, unit);
  }

  private static Duration of(long value, TimeUnit unit) {
    return unit.toDays(value) > MOST_DAYS
        ? Lifetime.FOREVER
        : Duration.ofNanos(unit.toNanos(value));
  }
}
