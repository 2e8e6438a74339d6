package dev.meshkit.election;

import java.time.Duration;

/**
 * The timing of an election, of one piece; the same on every voter of a scope. Shorter means faster
 * failover, more traffic, and more elections caused by pauses.
 *
 * @param heartbeat H, between two beats of a leader
 * @param promise P, how long a voter helps nobody else after a beat; at least 3 H
 * @param jitter J, the spread of the voters' timers; also the deadline of a round
 * @param step δ, between the timers of voters that follow each other in rank
 * @param maxPromise the longest promise, hence the quiet period after a restart; at least P
 * @param disk D, how late a persist may be before leadership is given up
 * @param epsilon ε, how long before the end of its tenure a leader stops acting
 */
public record Profile(
    Duration heartbeat,
    Duration promise,
    Duration jitter,
    Duration step,
    Duration maxPromise,
    Duration disk,
    Duration epsilon) {
  /** One site; the default of regions. */
  public static final Profile REGION = ofMillis(100, 700, 200, 50, 2_000, 2_000, 20);

  /** One rack, or a test. */
  public static final Profile FAST = ofMillis(25, 150, 75, 15, 1_000, 1_000, 5);

  /** Sites far apart; the default of {@code global}. */
  public static final Profile WAN = ofMillis(500, 3_000, 1_000, 200, 10_000, 5_000, 20);

  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** Checks the relations. */
  public Profile {
    if (!heartbeat.isPositive() || promise.compareTo(heartbeat.multipliedBy(3)) < 0)
      throw new IllegalArgumentException("want promise >= 3 heartbeats, heartbeat > 0");
    if (maxPromise.compareTo(promise) < 0)
      throw new IllegalArgumentException("want maxPromise >= promise");
    if (!jitter.isPositive() || step.isNegative() || !disk.isPositive())
      throw new IllegalArgumentException("want jitter > 0, step >= 0, disk > 0");
    if (epsilon.isNegative() || epsilon.compareTo(heartbeat) >= 0)
      throw new IllegalArgumentException("want 0 <= epsilon < heartbeat");
  }

  /**
   * Between two beats of a leader whom all voters answer at once: so long that two more at H fit
   * into what {@link Drift} leaves of P, P − 3.5 H where P is some 6 H, and so that a whole number
   * of them makes a second, at which all else happens that need not happen sooner; no more than a
   * second, after which the links would ask whether the peer lives; at least H.
   */
  public Duration rest() {
    var free = promise.minus(heartbeat.multipliedBy(7).dividedBy(2)).toNanos();
    var second = LONGEST_REST.toNanos();
    var beats = Math.ceilDiv(second, Math.max(free, 1));
    return beats > second / heartbeat.toNanos() ? heartbeat : Duration.ofNanos(second / beats);
  }

  /** How soon after a beat its acknowledgements must come to count as given at once: H / 4. */
  public Duration atOnce() {
    return Duration.ofNanos(heartbeat.toNanos() / 4);
  }

  private static Profile ofMillis(long h, long p, long j, long step, long max, long d, long e) {
    return new Profile(ms(h), ms(p), ms(j), ms(step), ms(max), ms(d), ms(e));
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
