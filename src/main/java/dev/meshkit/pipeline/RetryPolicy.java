package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How often, how patiently, and what is tried again.
 *
 * @param attempts in all, the first included; at least 1
 * @param base the first pause, positive
 * @param factor by which each pause grows, at least 1
 * @param cap the longest pause, at least {@code base}
 * @param budget no attempt begins after this long in all
 * @param keyed whether the step carries a key, so that {@code SAFE_WITH_KEY} may be retried
 */
public record RetryPolicy(
    int attempts, Duration base, double factor, Duration cap, Duration budget, boolean keyed) {
  /** Checks the relations. */
  public RetryPolicy {
    if (attempts < 1 || !(factor >= 1)) { // NaN is not
      throw new IllegalArgumentException("want attempts >= 1, factor >= 1");
    }
    if (!base.isPositive() || cap.compareTo(base) < 0 || !budget.isPositive()) {
      throw new IllegalArgumentException("want 0 < base <= cap, budget > 0");
    }
  }

  /** Three attempts, 100 ms doubling up to 5 s, 30 s in all, no key. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(
        3, Duration.ofMillis(100), 2, Duration.ofSeconds(5), Duration.ofSeconds(30), false);
  }

  /** This, with another number of attempts. */
  public RetryPolicy withAttempts(int most) {
    return new RetryPolicy(most, base, factor, cap, budget, keyed);
  }

  /** This, with other pauses. */
  public RetryPolicy withPauses(Duration first, Duration longest) {
    return new RetryPolicy(attempts, first, factor, longest, budget, keyed);
  }

  /** This, with another budget. */
  public RetryPolicy withBudget(Duration all) {
    return new RetryPolicy(attempts, base, factor, cap, all, keyed);
  }

  /** This, for a step that carries a key. */
  public RetryPolicy withKey() {
    return new RetryPolicy(attempts, base, factor, cap, budget, true);
  }

  /** Whether an error may be tried again at all. */
  boolean retries(MeshError error) {
    return switch (error.retry()) {
      case SAFE -> true;
      case SAFE_WITH_KEY -> keyed;
      case NEVER -> false;
    };
  }

  /** The pause after the n-th attempt, n ≥ 1: equal jitter, never below what the error asks for. */
  Duration pause(int n, MeshError error, RandomGenerator chance) {
    var d = Math.min(nanos(cap), nanos(base) * Math.pow(factor, n - 1.0));
    var drawn = Duration.ofNanos((long) (d / 2 + chance.nextDouble() * d / 2));
    var asked = asked(error);
    return asked.compareTo(drawn) > 0 ? asked : drawn;
  }

  /** As many as a long can hold. */
  private static double nanos(Duration any) {
    return TimeUnit.NANOSECONDS.convert(any);
  }

  /** What the error asks for in {@code retry_after_ms}: a peer may have written it, so anything. */
  private static Duration asked(MeshError error) {
    var text = error.details().getOrDefault("retry_after_ms", "");
    return text.matches("\\d{1,12}") ? Duration.ofMillis(Long.parseLong(text)) : Duration.ZERO;
  }
}
