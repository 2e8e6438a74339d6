package dev.meshkit.sim;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What came for a process that stands still: as its loops' mailboxes, it takes so much, and what
 * comes then is lost, whatever the network promised ({@link Tiny}, V14).
 */
final class SimMailbox {
  private final int limit;
  private final Coverage coverage;
  private final SortedSet<Long> waiting = new TreeSet<>();

  SimMailbox(int limit, Coverage coverage) {
    this.limit = limit;
    this.coverage = coverage;
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
    if (!waiting.isEmpty()) waiting.remove(event);
  }
}
