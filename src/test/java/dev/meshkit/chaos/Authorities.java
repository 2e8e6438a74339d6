package dev.meshkit.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Who had authority when, on the one monotonic clock that the processes of a host share, and what
 * that says against the rules: at any instant one node at most, one node a term, and later terms
 * later. An interval is what was seen for certain: from after the first look to before the last.
 */
final class Authorities {
  private final TreeMap<Long, Held> byTerm = new TreeMap<>(); // guarded by this
  private final List<String> broken = new ArrayList<>(); // guarded by this

  /**
   * Authority that was seen.
   *
   * @param node whose
   * @param term of its fence
   * @param firstNanos it had it then
   * @param lastNanos and then
   */
  record Held(String node, long term, long firstNanos, long lastNanos) {}

  /** A node tells how long it has had it by now. */
  synchronized void add(Held held) {
    var before = byTerm.get(held.term());
    if (before != null && !before.node().equals(held.node())) {
      broken.add("term " + held.term() + " of " + before.node() + " and of " + held.node());
    } else {
      byTerm.put(held.term(), held);
    }
    notifyAll();
  }

  /** The newest. */
  synchronized Held latest() {
    return byTerm.isEmpty() ? new Held("", 0, 0, 0) : byTerm.lastEntry().getValue();
  }

  /** Blocks until one of a later term is seen, or so long; the newest. */
  synchronized Held after(long term, long millis) throws InterruptedException {
    var end = System.nanoTime() + millis * 1_000_000;
    while (latest().term() <= term) {
      var left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) break;
      wait(left);
    }
    return latest();
  }

  /** How many terms had authority. */
  synchronized int terms() {
    return byTerm.size();
  }

  /** What is against the rules. */
  synchronized List<String> broken() {
    var all = new ArrayList<>(broken);
    var before = new Held("", 0, 0, Long.MIN_VALUE);
    for (var held : byTerm.values()) {
      if (held.firstNanos() <= before.lastNanos()) {
        var both = (before.lastNanos() - held.firstNanos()) / 1_000_000.0;
        all.add("two authorities for " + both + " ms: " + before + " and " + held);
      }
      if (held.lastNanos() > before.lastNanos()) before = held;
    }
    return all;
  }
}
