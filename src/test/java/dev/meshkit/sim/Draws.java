package dev.meshkit.sim;

import java.util.List;
import java.util.random.RandomGenerator;

/** One stream of {@link Chance}: a base and a count. Uses {@link StrictMath}: same on every JDK. */
final class Draws implements RandomGenerator {
  /** How many draws one {@link #logNormal} takes. */
  static final int LOG_NORMAL = 2;

  private final long base;
  private long count;

  Draws(long base) {
    this.base = base;
  }

  @Override
  public long nextLong() {
    return Chance.splitmix64(base + count++);
  }

  /** Passes over so many draws, whose values nobody wants. */
  void skip(int draws) {
    count += draws;
  }

  /** Uniform in [0, 1). */
  double unit() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** True with the given probability. Draws even when it is 0, so that a rate moves no draw. */
  boolean chance(double probability) {
    return unit() < probability;
  }

  /** Uniform in [0, bound). */
  int below(int bound) {
    return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /** Uniform in [from, to]. */
  long between(long from, long to) {
    return from + Math.unsignedMultiplyHigh(nextLong(), to - from + 1);
  }

  /** Uniform in [from, to). */
  double real(double from, double to) {
    return from + unit() * (to - from);
  }

  /** One of the given. */
  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Log-normal around a median; 2.33 sigmas are the 99th percentile. Box and Muller. */
  long logNormal(long median, double sigma) {
    var radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit()));
    var normal = radius * StrictMath.cos(2 * StrictMath.PI * unit());
    return (long) (median * StrictMath.exp(sigma * normal));
  }
}
