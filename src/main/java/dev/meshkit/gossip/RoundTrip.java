package dev.meshkit.gossip;

import java.time.Duration;

/**
 * How long a peer takes to answer: RFC 6298 §2, without its one-second floor.
 *
 * @param smoothedNanos SRTT
 * @param variationNanos RTTVAR
 */
record RoundTrip(long smoothedNanos, long variationNanos) {
  private static final long GRANULARITY_NANOS = 25_000_000;

  /** After the first answer. */
  static RoundTrip first(Duration sample) {
    return new RoundTrip(sample.toNanos(), sample.toNanos() / 2);
  }

  /** After one more. */
  RoundTrip with(Duration sample) {
    var error = Math.abs(smoothedNanos - sample.toNanos());
    return new RoundTrip(
        (smoothedNanos * 7 + sample.toNanos()) / 8, (variationNanos * 3 + error) / 4);
  }

  /** How long to wait for an answer, at least {@code low} and at most {@code high}. */
  Duration patience(Duration low, Duration high) {
    var wait = Duration.ofNanos(smoothedNanos + 4 * variationNanos + GRANULARITY_NANOS);
    if (wait.compareTo(low) < 0) return low;
    return wait.compareTo(high) > 0 ? high : wait;
  }
}
