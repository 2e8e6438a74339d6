package dev.meshkit.queue;

import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One chunk of a cancel: live tasks are removed, leased ones too. Runs on the writer thread; how
 * far it came is in the job's row and changes in the same transaction. A canceled task's dedup key
 * is free at once: whoever canceled it may want it anew.
 */
final class Cancelling {
  private static final int CHUNK = 128;
  private static final String SPAN = "SELECT coalesce(max(seq), 0) FROM task";

  /** Tasks looked at in one transaction, however few of them the filter names. */
  static final String BOUND =
      """
      SELECT coalesce(max(seq), 0) FROM
        (SELECT seq FROM task WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 4096)""";

  /** CROSS JOIN: walks the tasks in their order, and looks up the lane of each. */
  static final String PAGE =
      """
      SELECT t.seq, t.lid, t.size, t.st,
        coalesce((SELECT e.fence FROM lease e WHERE e.seq = t.seq), 0)
      FROM task t CROSS JOIN lane l ON l.lid = t.lid
      WHERE t.seq > ?1 AND t.seq <= ?2 AND l.qid = ?3
        AND (?4 = '' OR t.kind = ?4) AND (?5 = '' OR l.key = ?5) ORDER BY t.seq LIMIT ?6""";

  private final Ground ground;
  private final Settling settling;

  Cancelling(Ground ground, Settling settling) {
    this.ground = ground;
    this.settling = settling;
  }

  /**
   * A task to be removed.
   *
   * @param seq the task
   * @param lid its lane
   * @param size of its body
   * @param delayed until its time
   * @param fence of its lease, 0 if nobody holds it
   */
  private record Found(long seq, long lid, long size, boolean delayed, long fence) {}

  /** Where the tasks that the filter may name lie now. */
  static DeadTable.Span span(StoreTx tx, TaskFilter which) {
    if (which.seq() != 0) return new DeadTable.Span(which.seq() - 1, which.seq());
    return new DeadTable.Span(0, tx.first(SPAN, row -> row.getLong(1)).orElse(0L));
  }

  /** Does a chunk of the job; its row as it is then. */
  JobTable.Row step(StoreTx tx, JobTable.Row row) {
    var which = CancelSpec.parse(row.job().what()).which();
    var bound = tx.first(BOUND, last -> last.getLong(1), row.after(), row.upTo()).orElse(0L);
    var page =
        tx.query(
            PAGE,
            Cancelling::found,
            row.after(),
            bound,
            ground.qid(),
            which.kind(),
            which.lane(),
            CHUNK);
    page.forEach(task -> cancel(tx, task));
    var at = page.size() == CHUNK ? page.getLast().seq() : bound;
    var next = bound == 0 ? row.finished(0) : row.moved(at, row.upTo(), page.size());
    JobTable.move(tx, next);
    return next;
  }

  private void cancel(StoreTx tx, Found task) {
    if (task.fence() != 0) settling.recall(tx, task.seq(), task.fence());
    TaskTable.remove(tx, task.seq(), task.size());
    var lane = ground.lanes().get(task.lid());
    var counts = lane.counts().removed(task.size());
    lane.set(tx, task.delayed() ? counts.delayed(-1) : counts);
    settling.serveIn(tx);
    ground.traces().add(tx, task.seq(), Traces.What.CANCELED, 0);
    ground.endings().ends(tx, task.seq(), new Settled.Dead(0, Reason.OPERATOR));
    tx.afterCommit(() -> ground.store().meters().count(Metric.QUEUE_SETTLED_TOTAL, "CANCELED"));
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4) != 0, row.getLong(5));
  }
}
