package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Reading;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What tasks went through: a log that {@code meshkit trace} and {@code v_trace} read. A step is
 * written in the transaction that takes it, so it costs no commit of its own, and what is in the
 * log happened. It is bounded by rows and age; nothing else depends on it. Written on the writer
 * thread.
 */
public final class Traces {
  /** Rows kept: some ten or fifteen thousand messages, one with another. */
  public static final long ROWS = 100_000;

  /** How long a row is kept. */
  public static final Duration AGE = Duration.ofHours(24);

  /** A trim costs a statement, so it is made once for so many rows. */
  static final int TRIM_EVERY = 256;

  private static final int WHY = 200;

  static final String ADD =
      "INSERT INTO trace (seq, at_ms, what, attempt, code, why) VALUES (?, ?, ?, ?, ?, ?)";

  /** Looks at four times what was added since the last one: it catches up, a little at a time. */
  static final String TRIM =
      """
      DELETE FROM trace WHERE n IN (SELECT o.n FROM
        (SELECT n, at_ms FROM trace ORDER BY n LIMIT 1024) o
        WHERE o.at_ms < ? OR o.n <= (SELECT max(n) FROM trace) - ?)""";

  static final String OF_TASK =
      """
      SELECT n, at_ms, what, attempt, code, why FROM trace
      WHERE seq = ? AND n > ? AND at_ms >= ? ORDER BY n LIMIT ?""";

  private final InstantSource wall;
  private final long rows;
  private int added; // since the last trim; rolled back or not

  /** A log of at most so many rows; 0 for none at all. */
  Traces(InstantSource wall, long rows) {
    this.wall = wall;
    this.rows = rows;
  }

  /** What can happen to a task. */
  public enum What {
    /** It was accepted. */
    ENQUEUED,
    /** A worker got it; of a message: it goes to its peer. */
    LEASED,
    /** It was acknowledged; of a message: the receipt is there, it is applied. */
    ACKED,
    /** An attempt failed, and was charged. */
    RETRIED,
    /** It was put off, uncharged. */
    SNOOZED,
    /** Its peer could not be reached, uncharged. */
    UNREACHABLE,
    /** It was given back, uncharged. */
    RELEASED,
    /** The process that held it ended. */
    RECLAIMED,
    /** Its worker gave it up. */
    POISONED,
    /** It is dead, and can be redriven. */
    DEAD,
    /** Its time to live was over, and it was dropped as its enqueuer wished. */
    EXPIRED,
    /** A newer one took its place. */
    SUPERSEDED,
    /** An operator removed it. */
    CANCELED,
    /** An operator brought it back. */
    REDRIVEN,
    /** It was the oldest where there was no room for newer ones. */
    DROPPED
  }

  /**
   * One step.
   *
   * @param atWall when
   * @param what it was
   * @param attempt which attempt of the task, 0 before the first
   * @param code of the error, empty if there is none
   * @param why in words, at most 200 characters
   */
  public record Step(Instant atWall, What what, int attempt, String code, String why) {}

  /** Whether steps are kept at all, so that it is worth while to put them into words. */
  boolean areKept() {
    return rows > 0;
  }

  /** Adds a step without more to say. */
  void add(StoreTx tx, long seq, What what, int attempt) {
    if (rows > 0) add(tx, seq, new Step(wall.instant(), what, attempt, "", ""));
  }

  /** Adds a step with its reason. */
  void add(StoreTx tx, long seq, Step step) {
    if (rows == 0) return;
    tx.update(
        ADD,
        seq,
        step.atWall().toEpochMilli(),
        step.what().name(),
        step.attempt(),
        step.code(),
        cut(step.why()));
    if (++added < TRIM_EVERY) return;
    added = 0;
    tx.update(TRIM, wall.instant().minus(AGE).toEpochMilli(), rows);
  }

  /** A step of now. */
  Step step(What what, int attempt, String code, String why) {
    return new Step(wall.instant(), what, attempt, code, why);
  }

  private static String cut(String why) {
    if (why.codePointCount(0, why.length()) <= WHY) return why;
    return why.substring(0, why.offsetByCodePoints(0, WHY));
  }

  /** The newest steps of a task, oldest first, none older than {@link #AGE}; blocks for a read. */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public static Result<List<Step>> of(Store store, long seq) throws InterruptedException {
    var since = store.clocks().wall().instant().minus(AGE).toEpochMilli();
    return store.read(
        reading -> {
          var all = new ArrayList<Step>();
          var after = 0L;
          while (true) {
            var page = page(reading, seq, after, since);
            page.forEach(row -> all.add(row.step()));
            if (page.size() < Reading.PAGE_ROWS) return List.copyOf(all);
            after = page.getLast().n();
          }
        });
  }

  private record Row(long n, Step step) {}

  private static List<Row> page(Reading reading, long seq, long after, long sinceMs) {
    return reading.query(OF_TASK, Traces::row, seq, after, sinceMs, Reading.PAGE_ROWS);
  }

  private static Row row(ResultSet row) throws SQLException {
    var step =
        new Step(
            Instant.ofEpochMilli(row.getLong(2)),
            What.valueOf(row.getString(3)),
            row.getInt(4),
            row.getString(5),
            row.getString(6));
    return new Row(row.getLong(1), step);
  }
}
