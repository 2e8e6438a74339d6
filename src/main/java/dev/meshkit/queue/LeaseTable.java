package dev.meshkit.queue;

import dev.meshkit.store.StoreTx;
import java.util.List;

/** Who holds what. Each method runs in the transaction it is given. */
final class LeaseTable {
  static final String DELETE = "DELETE FROM lease WHERE seq = ? AND fence = ?";
  private static final String ADD =
      """
      INSERT INTO lease (seq, fence, boot, attempt, origin, until_wall, holder)
      VALUES (?, ?, ?, ?, ?, ?, ?)""";
  static final String ADD_RUN =
      """
      INSERT INTO lease (seq, fence, boot, attempt, origin, until_wall, holder)
      SELECT t.seq, t.seq + ?, ?, ?, t.seq + ?, ?, ? FROM task t WHERE t.seq BETWEEN ? AND ?""";
  static final String HELD =
      "SELECT count(*) FROM lease WHERE seq BETWEEN ? AND ? AND fence - seq = ?";
  static final String DELETE_RUN =
      "DELETE FROM lease WHERE seq BETWEEN ? AND ? AND fence - seq = ?";
  private static final String HOLDS = "SELECT 1 FROM lease WHERE seq = ? AND fence = ?";
  static final String LEFT =
      """
      SELECT e.seq, e.fence, e.attempt, e.origin, e.boot FROM lease e JOIN task t ON t.seq = e.seq
      WHERE (SELECT l.qid FROM lane l WHERE l.lid = t.lid) = ? ORDER BY e.seq""";

  private static final String ORPHANS =
      "DELETE FROM lease WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.seq = lease.seq)";

  private LeaseTable() {}

  /**
   * A lease that a queue left behind.
   *
   * @param seq the task
   * @param fence its fence
   * @param attempt the attempt it was
   * @param origin the task's number in its lane
   * @param boot under which it was given
   */
  record Left(long seq, long fence, int attempt, long origin, long boot) {}

  static void add(StoreTx tx, Held held, long boot, long untilWallMs) {
    tx.update(
        ADD,
        held.seq(),
        held.fence(),
        boot,
        held.attempt(),
        held.origin(),
        untilWallMs,
        held.holder());
  }

  /**
   * The same for tasks whose numbers, fences and origins each rise by one, and whose attempt is
   * one.
   */
  static void add(StoreTx tx, List<Held> run, long boot, long untilWallMs) {
    var first = run.getFirst();
    if (run.size() == 1) {
      add(tx, first, boot, untilWallMs);
      return;
    }
    var added =
        tx.update(
            ADD_RUN,
            first.fence() - first.seq(),
            boot,
            first.attempt(),
            first.origin() - first.seq(),
            untilWallMs,
            first.holder(),
            first.seq(),
            run.getLast().seq());
    if (added != run.size())
      throw new IllegalStateException(
          "leased "
              + run.size()
              + " tasks from "
              + first.seq()
              + " on, of which there are "
              + added);
  }

  /**
   * Ends the leases of tasks whose numbers and fences each rise by one, if all of them are there;
   * else nothing changes.
   */
  static boolean deleteRun(StoreTx tx, List<Held> run) {
    var first = run.getFirst().seq();
    var last = run.getLast().seq();
    var fences = run.getFirst().fence() - first;
    var there = tx.first(HELD, row -> row.getLong(1), first, last, fences).orElse(0L);
    return there == run.size() && tx.update(DELETE_RUN, first, last, fences) == run.size();
  }

  static boolean holds(StoreTx tx, long seq, long fence) {
    return tx.first(HOLDS, row -> row.getInt(1), seq, fence).isPresent();
  }

  /** Ends a lease; false if it is not there, or a newer one is: then nothing changes. */
  static boolean delete(StoreTx tx, long seq, long fence) {
    return tx.update(DELETE, seq, fence) == 1;
  }

  /** Leases of tasks that a foreign hand has removed. */
  static void removeOrphans(StoreTx tx) {
    tx.update(ORPHANS);
  }

  /** What is leased of a queue that nobody has open. */
  static List<Left> left(StoreTx tx, long qid) {
    return tx.query(
        LEFT,
        row ->
            new Left(row.getLong(1), row.getLong(2), row.getInt(3), row.getLong(4), row.getLong(5)),
        qid);
  }
}
