package dev.meshkit.queue;

import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What operators had done: the audit, and where a redrive or purge goes on after a crash. Each
 * method runs in the transaction, or the read, it is given.
 */
final class JobTable {
  /** Of those that have ended; the oldest go. */
  private static final int KEPT_ROWS = 10_000;

  private static final Duration KEPT = Duration.ofDays(90);

  private static final String COLUMNS =
      "SELECT jid, kind, spec, cursor, upto, done, st, actor, reason, wall FROM job";
  private static final String NEXT = "SELECT coalesce(max(jid), 0) + 1 FROM job";
  private static final String ADD =
      """
      INSERT INTO job (jid, kind, spec, cursor, upto, done, st, actor, reason, wall)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
  private static final String TRIM = "DELETE FROM job WHERE st <> 0 AND (jid <= ? OR wall < ?)";
  private static final String GET = COLUMNS + " WHERE jid = ?";
  private static final String RUNNING = COLUMNS + " WHERE st = 0 ORDER BY jid";
  private static final String LIST = COLUMNS + " WHERE jid > ? ORDER BY jid LIMIT ?";
  private static final String MOVE =
      "UPDATE job SET cursor = ?, upto = ?, done = ?, st = ? WHERE jid = ?";
  private static final String STOP = "UPDATE job SET st = 2 WHERE jid = ? AND st = 0";

  private JobTable() {}

  /**
   * A job and the dead it has still to look at.
   *
   * @param job the job
   * @param after those after this one
   * @param upTo up to this one
   */
  record Row(Job job, long after, long upTo) {
    /** The same, further on. */
    Row moved(long nowAfter, long nowUpTo, long more) {
      var state = nowAfter < nowUpTo ? Job.State.RUNNING : Job.State.DONE;
      var now =
          new Job(
              job.id(),
              job.kind(),
              job.what(),
              job.done() + more,
              state,
              job.by(),
              job.begunWall());
      return new Row(now, nowAfter, nowUpTo);
    }

    /** The same with nothing left to look at. */
    Row finished(long more) {
      return moved(upTo, upTo, more);
    }
  }

  /** Writes down what begins, or was done at once; forgets what is long over. Its number. */
  static long add(StoreTx tx, Row row) {
    var id = tx.first(NEXT, next -> next.getLong(1)).orElseThrow();
    var job = row.job();
    tx.update(
        ADD,
        id,
        job.kind().name().toLowerCase(Locale.ROOT),
        job.what(),
        row.after(),
        row.upTo(),
        job.done(),
        job.state().number(),
        job.by().actor(),
        job.by().reason(),
        job.begunWall().toEpochMilli());
    tx.update(TRIM, id - KEPT_ROWS, job.begunWall().minus(KEPT).toEpochMilli());
    return id;
  }

  static Optional<Row> get(StoreTx tx, long id) {
    return tx.first(GET, JobTable::row, id);
  }

  static Optional<Row> get(Reading reading, long id) {
    return reading.query(GET, JobTable::row, id).stream().findFirst();
  }

  /** Those that go on, of all queues. */
  static List<Row> running(Reading reading) {
    return reading.query(RUNNING, JobTable::row);
  }

  /** At most {@code limit} after number {@code afterId}, oldest first. */
  static List<Row> list(Reading reading, long afterId, int limit) {
    return reading.query(LIST, JobTable::row, afterId, limit);
  }

  static void move(StoreTx tx, Row row) {
    var job = row.job();
    tx.update(MOVE, row.after(), row.upTo(), job.done(), job.state().number(), job.id());
  }

  static boolean stop(StoreTx tx, long id) {
    return tx.update(STOP, id) == 1;
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        new Job(
            row.getLong(1),
            Job.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
            row.getString(3),
            row.getLong(6),
            Job.State.of(row.getInt(7)),
            Audit.stored(row.getString(8), row.getString(9)),
            Instant.ofEpochMilli(row.getLong(10))),
        row.getLong(4),
        row.getLong(5));
  }
}
