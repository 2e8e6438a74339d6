package dev.meshkit.sim;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nodes whose steps take so many times what they usually do; nobody else's take any time. What
 * comes meanwhile waits, as it does for one that stands still. Counts those that were kept waiting.
 */
final class SlowSteps {
  /** What a step of a core costs, nanoseconds (simulation.md §3). */
  static final long STEP = 20_000L;

  private final SortedMap<Integer, Slow> slow = new TreeMap<>(); // by number
  private final SortedSet<Integer> untold = new TreeSet<>(); // of those, who has not waited yet
  private final Coverage coverage;

  SlowSteps(Coverage coverage) {
    this.coverage = coverage;
  }

  private record Slow(long nanos, long until) {}

  /** From now on until then a step of it takes {@code factor} times as long. */
  void slow(SimNode node, int factor, long until) {
    untold.add(node.number());
    slow.put(node.number(), new Slow(factor * STEP, until));
  }

  /** It has taken a step. */
  void stepped(SimNode node, long now) {
    var its = slow.get(node.number());
    if (its == null || now >= its.until()) return;
    if (untold.remove(node.number())) coverage.count(Coverage.Seen.SLOWED);
    node.pause(now + its.nanos());
  }
}
