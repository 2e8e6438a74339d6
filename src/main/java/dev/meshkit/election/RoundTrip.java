package dev.meshkit.election;

import java.time.Duration;

/**
 * How long one voter takes to answer, as RFC 6298 estimates it.
 *
 * @param smoothed SRTT
 * @param variation RTTVAR
 */
record RoundTrip(Duration smoothed, Duration variation) {
  private static final int ALPHA = 8; // 1/α, RFC 6298 §2.3
  private static final int BETA = 4; // 1/β

  /** Of a network that takes no time: what is assumed until somebody has answered. */
  static final RoundTrip NONE = new RoundTrip(Duration.ZERO, Duration.ZERO);

  /** After one answer. */
  static RoundTrip first(Duration took) {
    return new RoundTrip(took, took.dividedBy(2));
  }

  /** After one more. */
  RoundTrip and(Duration took) {
    var off = took.minus(smoothed);
    return new RoundTrip(
        smoothed.plus(off.dividedBy(ALPHA)),
        variation.plus(off.abs().minus(variation).dividedBy(BETA)));
  }
}
