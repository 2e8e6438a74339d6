package dev.meshkit.gossip;

import java.time.Duration;

/**
 * How long one suspicion lasts: Lifeguard §IV-B. The more accuse independently, the shorter.
 *
 * @param min with {@code confirmers} confirmations
 * @param max with none
 * @param confirmers k; 0 when the mesh is too small to have so many
 */
record Suspicion(Duration min, Duration max, int confirmers) {
  /** Of a suspicion that starts while {@code n} nodes, this one included, are ALIVE or SUSPECT. */
  static Suspicion of(Timing timing, int n) {
    var min = timing.alpha() * Math.max(1, StrictMath.log10(n)) * timing.period().toNanos();
    var k = n - 2 < timing.confirmers() ? 0 : timing.confirmers();
    return new Suspicion(
        Duration.ofNanos(Math.round(min)), Duration.ofNanos(Math.round(timing.beta() * min)), k);
  }

  /** C: how many of so many accusers confirm what the first said. */
  int confirmations(int accusers) {
    return Math.clamp(accusers - 1, 0, confirmers);
  }

  /** From its start to its verdict, with {@code confirmations} of 0 to k. */
  Duration timeout(int confirmations) {
    if (confirmers == 0) return min;
    var spread = max.toNanos() - min.toNanos();
    var share = StrictMath.log(confirmations + 1) / StrictMath.log(confirmers + 1);
    return Duration.ofNanos(Math.max(min.toNanos(), max.toNanos() - Math.round(spread * share)));
  }
}
