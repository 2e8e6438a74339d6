package dev.meshkit.queue;

import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

  /** A row of the table: what it says, or why that makes no sense. */
  sealed interface Found {
    /** Its number. */
    long id();
  }

  /**
   * A row that a disk has damaged: nobody can go on with it, and none of the others is the worse.
   *
   * @param id its number
   * @param what is wrong with it
   */
  record Flaw(long id, String what) implements Found {}

  /**
   * What was read.
   *
   * @param rows that make sense, in the order of their numbers
   * @param flaws the others
   */
  record Page(List<Row> rows, List<Flaw> flaws) {
    private static Page of(List<Found> all) {
      var rows = new ArrayList<Row>();
      var flaws = new ArrayList<Flaw>();
      for (var found : all) {
        switch (found) {
          case Row row -> rows.add(row);
          case Flaw flaw -> flaws.add(flaw);
        }
      }
      return new Page(List.copyOf(rows), List.copyOf(flaws));
    }
  }

  /**
   * A job and the dead it has still to look at.
   *
   * @param job the job
   * @param after those after this one
   * @param upTo up to this one
   */
  record Row(Job job, long after, long upTo) implements Found {
    @Override
    public long id() {
      return job.id();
    }

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
        job.kind().text(),
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
  static Page running(Reading reading) {
    return Page.of(reading.query(RUNNING, JobTable::unfinished));
  }

  /** At most {@code limit} rows after number {@code afterId}, oldest first; flaws do not count. */
  static Page list(Reading reading, long afterId, int limit) {
    var all = new ArrayList<Found>();
    var left = limit;
    for (var after = afterId; left > 0; after = all.getLast().id()) {
      var page = reading.query(LIST, JobTable::found, after, left);
      all.addAll(page);
      if (page.size() < left) break;
      left -= (int) page.stream().filter(Row.class::isInstance).count();
    }
    return Page.of(all);
  }

  static void move(StoreTx tx, Row row) {
    var job = row.job();
    tx.update(MOVE, row.after(), row.upTo(), job.done(), job.state().number(), job.id());
  }

  static boolean stop(StoreTx tx, long id) {
    return tx.update(STOP, id) == 1;
  }

  private static Found found(ResultSet row) throws SQLException {
    try {
      return row(row);
    } catch (IllegalArgumentException damaged) {
      return new Flaw(row.getLong(1), String.valueOf(damaged.getMessage()));
    }
  }

  /** One that is to go on: what it is to do must be clear too. */
  private static Found unfinished(ResultSet row) throws SQLException {
    return switch (found(row)) {
      case Flaw flaw -> flaw;
      case Row whole -> unfinished(whole);
    };
  }

  private static Found unfinished(Row row) {
    try {
      check(row.job());
      return row;
    } catch (IllegalArgumentException damaged) {
      return new Flaw(row.id(), "what it is to do makes no sense: " + damaged.getMessage());
    }
  }

  private static void check(Job job) {
    var queue = JobSpec.parse(job.what()).queue();
    if (queue.isEmpty()) throw new IllegalArgumentException("it names no queue");
    switch (job.kind()) {
      case REDRIVE, PURGE -> {}
      case CANCEL -> {
        var _ = CancelSpec.parse(job.what());
      }
      case PAUSE, RESUME, WEIGH, FORGET, REMEMBER ->
          throw new IllegalArgumentException("a " + job.kind() + " is done at once");
    }
  }

  /** Cells may be missing where a disk has damaged them: they are texts that mean nothing then. */
  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        new Job(
            row.getLong(1),
            Job.Kind.of(String.valueOf(row.getString(2))),
            String.valueOf(row.getString(3)),
            row.getLong(6),
            Job.State.of(row.getLong(7)),
            Audit.stored(String.valueOf(row.getString(8)), String.valueOf(row.getString(9))),
            Instant.ofEpochMilli(row.getLong(10))),
        row.getLong(4),
        row.getLong(5));
  }
}
