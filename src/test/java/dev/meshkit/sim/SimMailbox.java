package dev.meshkit.sim;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What came for a process that stands still: as its loops' mailboxes, it takes so much, and what
 * comes then is lost, whatever the network promised. In every third seed that is next to nothing
 * (V14).
 */
final class SimMailbox {
  /** Of a third of the seeds. */
  static final int TINY = 2;

  private static final int USUAL = 1_000;

  private final int limit;
  private final Coverage coverage;
  private final SortedSet<Long> waiting = new TreeSet<>();

  SimMailbox(int limit, Coverage coverage) {
    this.limit = limit;
    this.coverage = coverage;
  }

  /** How much those of a seed's run take. */
  static int limit(long seed) {
    return seed % 3 == 0 ? TINY : USUAL;
  }

  /** Whether there is room for an event, or it waits here already. */
  boolean takes(long event) {
    if (waiting.contains(event)) return true;
    if (waiting.size() < limit) return waiting.add(event);
    coverage.count(Coverage.Seen.MAILBOX_FULL);
    return false;
  }

  /** An event came through. */
  void taken(long event) {
    waiting.remove(event);
  }
}
