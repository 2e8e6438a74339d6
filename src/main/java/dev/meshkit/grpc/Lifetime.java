package dev.meshkit.grpc;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How long connections live. What ends by age, use or a new identity drains: no call fails of it.
 *
 * @param age after which a connection drains, ± 10 %; 1 h
 * @param grace how long the calls of one that drains for its age may still take; 30 s
 * @param idle without a call after which it is closed
 * @param streams opened on it after which it drains; 10^6
 * @param abandoned so many of them, cancelled or reset, after which it drains; 4,096. Netty 4.2
 *     keeps something of each until the connection ends
 * @param spread over which the connections of an identity that was replaced drain, at most; 60 s
 * @param poll after which it is asked again whether the identity was replaced; 1 s
 * @param patience that a dial has until it knows its addresses; 10 s
 */
record Lifetime(
    Duration age,
    Duration grace,
    Duration idle,
    long streams,
    long abandoned,
    Duration spread,
    Duration poll,
    Duration patience) {
  /**
   * What an abandoned stream counts for if its client can open one less for it: of those there are
   * 256.
   */
  static final int STUCK = 32;

  /** Between two that are sent away for their identity, on average: ten handshakes a second. */
  private static final Duration PACE = Duration.ofMillis(100);

  /** Longer than anything lives. */
  static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /** Checks that all are positive; {@code grace} and {@code spread} may be zero. */
  Lifetime {
    if (!age.isPositive() || !idle.isPositive() || streams < 1) {
      throw new IllegalArgumentException(
          "age, idle time and streams are positive, not " + age + ", " + idle + ", " + streams);
    }
    if (!poll.isPositive() || !patience.isPositive()) {
      throw new IllegalArgumentException("both are positive: " + poll + ", " + patience);
    }
    if (grace.isNegative() || spread.isNegative()) {
      throw new IllegalArgumentException("neither is negative: " + grace + ", " + spread);
    }
  }

  private static Lifetime idleAfter(Duration idle) {
    return new Lifetime(
        Duration.ofHours(1),
        Duration.ofSeconds(30),
        idle,
        1_000_000,
        4_096,
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10));
  }

  /**
   * Over which so many connections of a listener drain whose identity was replaced: the spread
   * keeps their peers from dialling all at once, and few need none of 60 s.
   */
  Duration spreadOf(int connections) {
    var paced = PACE.multipliedBy(connections);
    return paced.compareTo(spread) < 0 ? paced : spread;
  }

  /** Of a connection that we dialled: without calls it is closed after 60 s. */
  static Lifetime ofDialled() {
    return idleAfter(Duration.ofSeconds(60));
  }

  /** Of a connection that we accepted: its client decides how long it stays without calls. */
  static Lifetime ofAccepted() {
    return idleAfter(FOREVER);
  }

  Lifetime withAge(Duration value) {
    return new Lifetime(value, grace, idle, streams, abandoned, spread, poll, patience);
  }

  Lifetime withGrace(Duration value) {
    return new Lifetime(age, value, idle, streams, abandoned, spread, poll, patience);
  }

  Lifetime withIdle(Duration value) {
    return new Lifetime(age, grace, value, streams, abandoned, spread, poll, patience);
  }

  Lifetime withStreams(long value) {
    return new Lifetime(age, grace, idle, value, abandoned, spread, poll, patience);
  }

  Lifetime withAbandoned(long value) {
    return new Lifetime(age, grace, idle, streams, value, spread, poll, patience);
  }

  Lifetime withSpread(Duration value) {
    return new Lifetime(age, grace, idle, streams, abandoned, value, poll, patience);
  }

  Lifetime withPoll(Duration value) {
    return new Lifetime(age, grace, idle, streams, abandoned, spread, value, patience);
  }

  Lifetime withPatience(Duration value) {
    return new Lifetime(age, grace, idle, streams, abandoned, spread, poll, value);
  }
}
