package dev.meshkit.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full-jitter exponential pauses: before attempt k, U(0, min(cap, base · 2^k)).
 *
 * @param base the first ceiling, positive
 * @param cap the largest ceiling, at least {@code base}
 */
public record Backoff(Duration base, Duration cap) {
  /** Checks the relation. */
  public Backoff {
    if (!base.isPositive() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("want 0 < base <= cap, not " + base + ", " + cap);
    }
  }

  /** The pause before attempt {@code k} = 0, 1, … */
  public Duration before(int k, RandomGenerator chance) {
    var ceiling = Math.min((double) cap.toNanos(), base.toNanos() * Math.pow(2, Math.min(k, 40)));
    return Duration.ofNanos((long) (chance.nextDouble() * ceiling));
  }
}
