package dev.meshkit.grpc;

import java.time.Duration;

/** Durations as whole ticks of the reactor, so that a process that was stopped blames nobody. */
final class Ticks {
  /** As many as make a second. */
  static final int A_SECOND = (int) (1_000 / Reactor.TICK_MS);

  private static final Duration COUNTABLE = Duration.ofDays(100_000);

  private Ticks() {}

  /** At least 1, rounded up; what lasts longer than anyone counts never ends. */
  static long of(Duration duration) {
    if (duration.compareTo(COUNTABLE) > 0) return Long.MAX_VALUE;
    return Math.max(1, Math.ceilDiv(duration.toMillis(), Reactor.TICK_MS));
  }
}
