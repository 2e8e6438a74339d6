package dev.meshkit.queue;

import java.time.Duration;

/**
 * When a lane key is left alone because what its tasks need cannot be reached: after {@code trip}
 * failures to reach it in a row, for {@code min(cap, base · 2^k)} ± 20 %, k = 0, 1, …
 *
 * @param trip failures in a row, at least 1
 * @param base the first pause before jitter, positive
 * @param cap the longest one before jitter
 */
public record BreakerPause(int trip, Duration base, Duration cap) {
  /** Three failures; 500 ms, growing to 30 s. */
  public static final BreakerPause DEFAULTS =
      new BreakerPause(3, Duration.ofMillis(500), Duration.ofSeconds(30));

  private static final double JITTER = 0.2;

  /** Checks the relations. */
  public BreakerPause {
    if (trip < 1) throw new IllegalArgumentException("a breaker trips at 1 failure or more");
    if (!base.isPositive() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("want 0 < base <= cap, not " + base + ", " + cap);
    }
    base = Horizon.of(base);
    cap = Horizon.of(cap);
  }

  /**
   * The pause after {@code k} failed probes.
   *
   * @param salt differs by host and key, so that those who lost a peer together do not all come
   *     back to it together
   */
  Duration after(long salt, int k) {
    var d = Math.min((double) cap.toNanos(), base.toNanos() * Math.pow(2, Math.min(k, 62)));
    var jitter = JITTER * (2 * RetryPause.unit(salt, k) - 1);
    return Duration.ofNanos((long) (d * (1 + jitter)));
  }
}
