package dev.meshkit.gossip;

import java.time.Duration;

/**
 * The protocol's parameters, all of which trade the speed of detection for traffic and for
 * mistakes.
 *
 * @param period T, one probe each; 100 ms to 1 min
 * @param ackLow the least wait for an ack
 * @param ackHigh the most, before the local health multiplier; less than {@code period}
 * @param alpha suspicion lasts at least α·max(1, log10 n)·T
 * @param beta and at most β times that
 * @param confirmers k: so many accusers besides the first bring suspicion to its least
 * @param helpers asked to ping a silent peer
 * @param gossip between two rounds of rumours
 * @param fanout peers told in each round
 * @param lambda a rumour is sent λ·ceil(log10(n+1)) times
 * @param lag roots may differ so long before a sync
 * @param reconnect between attempts to reach the dead, ± 20 %
 */
public record Timing(
    Duration period,
    Duration ackLow,
    Duration ackHigh,
    double alpha,
    double beta,
    int confirmers,
    int helpers,
    Duration gossip,
    int fanout,
    int lambda,
    Duration lag,
    Duration reconnect) {
  /** Checks the relations. */
  public Timing {
    if (!ackLow.isPositive() || ackHigh.compareTo(ackLow) < 0 || period.compareTo(ackHigh) <= 0)
      throw new IllegalArgumentException(
          "want 0 < ackLow <= ackHigh < period, not " + ackLow + ", " + ackHigh + ", " + period);
    if (alpha < 1 || beta < 1 || confirmers < 0 || helpers < 0 || fanout < 1 || lambda < 1)
      throw new IllegalArgumentException(
          "want alpha, beta, fanout, lambda >= 1 and confirmers, helpers >= 0");
    if (!gossip.isPositive() || !lag.isPositive() || !reconnect.isPositive())
      throw new IllegalArgumentException("want positive gossip, lag and reconnect");
  }

  /** One site, the default: a lost host of 10 is dead in about 6 s. */
  public static Timing lan() {
    return new Timing(
        millis(1000),
        millis(50),
        millis(500),
        3,
        6,
        2,
        3,
        millis(200),
        3,
        4,
        millis(2000),
        millis(10_000));
  }

  /** Sites far apart. */
  public static Timing wan() {
    return new Timing(
        millis(3000),
        millis(200),
        millis(1500),
        4,
        6,
        2,
        3,
        millis(500),
        4,
        4,
        millis(5000),
        millis(30_000));
  }

  /** Up to 200 nodes that never pause: 0.7 s of silence cost a suspicion. */
  public static Timing fast() {
    return new Timing(
        millis(250),
        millis(20),
        millis(125),
        3,
        6,
        2,
        3,
        millis(50),
        3,
        4,
        millis(1000),
        millis(5000));
  }

  private static Duration millis(long ms) {
    return Duration.ofMillis(ms);
  }
}
