package dev.meshkit.sim;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Nodes whose steps take so many times what they usually do; nobody else's take any time. What
 * comes meanwhile waits, as it does for one that stands still. Counts those that were kept waiting.
 */
final class SlowSteps {
  /** What a step of a core costs, nanoseconds (simulation.md §3). */
  static final long STEP = 20_000L;

  private final SortedMap<Integer, Slow> slow = new TreeMap<>(); // by number
  private final Coverage coverage;

  SlowSteps(Coverage coverage) {
    this.coverage = coverage;
  }

  private record Slow(long nanos, long until) {}

  /** From now on until then a step of it takes {@code factor} times as long. */
  void slow(SimNode node, int factor, long until) {
    coverage.count(Coverage.Seen.SLOWED);
    slow.put(node.number(), new Slow(factor * STEP, until));
  }

  /** It has taken a step. */
  void stepped(SimNode node, long now) {
    var its = slow.get(node.number());
    if (its != null && now < its.until()) node.pause(now + its.nanos());
  }
}
