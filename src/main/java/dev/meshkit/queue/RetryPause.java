package dev.meshkit.queue;

import java.time.Duration;

/**
 * The pause after a failed attempt: {@code d = min(cap, base · 2^(n−1))}, then {@code d/2 + u·d/2}
 * with {@code u} a hash of task and attempt: jitter that is equal in every replay.
 *
 * @param base d after the first attempt, positive
 * @param cap the largest d
 */
public record RetryPause(Duration base, Duration cap) {
  /** 200 ms, growing to 5 min. */
  public static final RetryPause DEFAULTS =
      new RetryPause(Duration.ofMillis(200), Duration.ofMinutes(5));

  /** Checks the relation. */
  public RetryPause {
    if (!base.isPositive() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("want 0 < base <= cap, not " + base + ", " + cap);
    }
    base = Horizon.of(base);
    cap = Horizon.of(cap);
  }

  /** The pause of task {@code seq} after its {@code n}-th charged attempt, n ≥ 1. */
  public Duration after(long seq, int n) {
    var d = Math.min((double) cap.toNanos(), base.toNanos() * Math.pow(2, Math.min(n - 1, 62)));
    return Duration.ofNanos((long) (d / 2 + unit(seq, n) * d / 2));
  }

  /** In [0, 1): the SplitMix64 finalizer over both numbers. */
  static double unit(long seq, int n) {
    var z = seq * 0x9E3779B97F4A7C15L + n * 0xD1B54A32D192ED03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53;
  }
}
