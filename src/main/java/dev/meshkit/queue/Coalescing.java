package dev.meshkit.queue;

import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;
import java.util.Optional;

/**
 * Tasks of which only the newest matters: one that waits is replaced, at its place, by a newer one
 * of the same lane and key; one that is leased is left alone, since its body may have been sent,
 * and is superseded if it comes back while a newer one waits. So a key holds at most two rows and
 * one lease. Runs on the writer thread.
 */
final class Coalescing {
  static final String WAITING =
      """
      SELECT t.seq, t.ord, t.size, t.st FROM task t WHERE t.lid = ? AND t.coal = ?
        AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.seq = t.seq)""";
  static final String NEWER =
      """
      SELECT 1 FROM task o JOIN task n ON n.lid = o.lid AND n.coal = o.coal AND n.seq > o.seq
      WHERE o.seq = ? AND o.coal IS NOT NULL LIMIT 1""";
  static final String OLDEST =
      """
      SELECT t.seq, t.ord, t.size, t.st FROM task t WHERE t.st = 0 AND t.lid = ?
        AND t.coal IS NOT NULL AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.seq = t.seq)
      ORDER BY t.ord LIMIT 1""";

  private final Ground ground;

  Coalescing(Ground ground) {
    this.ground = ground;
  }

  /**
   * A task that nobody holds.
   *
   * @param seq the task
   * @param ord its place
   * @param size of its body
   * @param delayed until its time
   */
  record Waiting(long seq, long ord, long size, boolean delayed) {}

  /** The waiting task of the lane with this key. */
  Optional<Waiting> waiting(StoreTx tx, LaneState lane, String key) {
    return key.isEmpty() ? Optional.empty() : find(tx, WAITING, lane.lid(), key);
  }

  /** Takes a waiting task away, for a newer one. */
  void replace(StoreTx tx, LaneState lane, Waiting old) {
    remove(tx, lane, old, Traces.What.SUPERSEDED);
    ground.endings().ends(tx, old.seq(), new Settled.Superseded());
  }

  /** Drops the oldest waiting task of a lane that has a key; false if there is none. */
  boolean dropOldest(StoreTx tx, LaneState lane) {
    var oldest = find(tx, OLDEST, lane.lid());
    if (oldest.isEmpty()) return false;
    remove(tx, lane, oldest.get(), Traces.What.DROPPED);
    ground.endings().ends(tx, oldest.get().seq(), new Settled.Dropped());
    tx.afterCommit(() -> ground.store().meters().count(Metric.QUEUE_ENQUEUED_TOTAL, "DROPPED"));
    return true;
  }

  /** A leased task that would come back is gone instead, if a newer one waits. */
  boolean supersedes(StoreTx tx, LaneState lane, TaskRow row) {
    if (tx.first(NEWER, found -> found.getInt(1), row.seq()).isEmpty()) return false;
    var back = new Waiting(row.seq(), row.ord(), row.size(), false);
    remove(tx, lane, back, Traces.What.SUPERSEDED);
    ground.endings().ends(tx, row.seq(), new Settled.Superseded());
    return true;
  }

  private static Optional<Waiting> find(StoreTx tx, String sql, Object... parameters) {
    return tx.first(
        sql,
        row -> new Waiting(row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4) != 0),
        parameters);
  }

  private void remove(StoreTx tx, LaneState lane, Waiting task, Traces.What how) {
    ground.deduping().leaves(tx, task.seq());
    TaskTable.remove(tx, task.seq(), task.size());
    ground.traces().add(tx, task.seq(), how, 0);
    var counts = lane.counts().removed(task.size());
    lane.set(tx, task.delayed() ? counts.delayed(-1) : counts);
  }
}
