package dev.meshkit.transport;

import java.time.Duration;

/**
 * How patient a node is with roads. All are positive; the defaults are those of the design.
 *
 * @param h2After how long HTTP/3 is alone in a race; 300 ms
 * @param h3Patience how long after the start of a race HTTP/2, if usable, waits for HTTP/3; 2 s
 * @param dial when a race is given up; 5 s
 * @param retryFirst how long a peer stays on HTTP/2 before HTTP/3 is tried again; 60 s
 * @param retryMost what that doubles to; 15 min
 * @param proof how long HTTP/3 must have been usable before the streams move to it; 5 s
 * @param blocked how long a peer whose identity was refused is not dialled; 60 s
 * @param memory how long a failure of HTTP/3, and a downgrade, are remembered; 10 min
 * @param handOver how long an old stream is read to its end after its successor is open; 10 s
 * @param idle how long a road without a call is kept, since the peer's own may carry all; 10 s
 * @param age after which, ± 10 %, a road that this node dialled is replaced by a fresh one; 45 min
 * @param spread over which roads are replaced when this node's certificate is another; 60 s
 */
public record RoadTimes(
    Duration h2After,
    Duration h3Patience,
    Duration dial,
    Duration retryFirst,
    Duration retryMost,
    Duration proof,
    Duration blocked,
    Duration memory,
    Duration handOver,
    Duration idle,
    Duration age,
    Duration spread) {
  /** Longer than any road is kept. */
  static final Duration ENDLESS = Duration.ofDays(36_500);

  /** Those of the design. */
  public static final RoadTimes DEFAULTS =
      new RoadTimes(
          Duration.ofMillis(300),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(45),
          Duration.ofSeconds(60));

  /** Checks the relations. */
  public RoadTimes {
    if (retryMost.compareTo(retryFirst) < 0 || dial.compareTo(h3Patience) < 0) {
      throw new IllegalArgumentException("want retryFirst <= retryMost and h3Patience <= dial");
    }
  }

  /**
   * How long HTTP/2 waits for HTTP/3 beside an HTTP/3 that has fallen silent: less than else, since
   * what is silent there will hardly speak here, and a mesh of two buries both before long. 750 ms,
   * {@link Silence#LAST_CHANCE} included.
   */
  public Duration besidePatience() {
    return h3Patience.multipliedBy(3).dividedBy(8);
  }

  /** How long a connection that was accepted stays: so much longer that who dialled goes first. */
  Duration listenerAge() {
    return age.multipliedBy(4).dividedBy(3);
  }

  /** How long its calls have, once the peer was sent elsewhere, to be opened there. */
  Duration grace() {
    return handOver.multipliedBy(3);
  }

  /** These, with HTTP/3 tried again after {@code first}, and usable for {@code proof}. */
  public RoadTimes withRetry(Duration first, Duration proof) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        first,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with HTTP/3 alone in a race for another time. */
  public RoadTimes withH2After(Duration h2After) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with another patience with HTTP/3 where HTTP/2 is usable. */
  public RoadTimes withH3Patience(Duration h3Patience) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with a race given up after another time. */
  public RoadTimes withDial(Duration dial) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with another patience with a refused identity. */
  public RoadTimes withBlocked(Duration blocked) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with another time for what is open on a road that is left. */
  public RoadTimes withHandOver(Duration handOver) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with roads that are not used kept for another time. */
  public RoadTimes withIdle(Duration idle) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }

  /** These, with roads replaced at another age, and for another certificate within a spread. */
  public RoadTimes withAge(Duration age, Duration spread) {
    return new RoadTimes(
        h2After,
        h3Patience,
        dial,
        retryFirst,
        retryMost,
        proof,
        blocked,
        memory,
        handOver,
        idle,
        age,
        spread);
  }
}
