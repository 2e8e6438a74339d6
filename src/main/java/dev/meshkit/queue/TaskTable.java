package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Insert;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Tasks. Each method runs in the transaction it is given, hence on the writer thread. */
final class TaskTable {
  /** Bodies over this leave the row: the ready index walks rows, not payloads. */
  static final int BLOB_THRESHOLD_BYTES = 512;

  private static final String COLUMNS =
      """
      t.seq, t.lid, t.ord, t.exp, t.drops, t.origin, t.attempt, t.crash, t.max_attempt, t.redrives,
      t.enq_wall, t.kind, t.codec, t.crc, t.size, t.headers,
      coalesce(t.body, (SELECT b.body FROM task_blob b WHERE b.seq = t.seq)) AS body, t.errors""";

  /** A body over this is not read with a page: {@link #whole} reads it when it is its turn. */
  static final int PAGE_BODY_BYTES = 64 << 10;

  /**
   * Leased tasks of a lane are few (its window), so skipping them is cheap; so are tasks of whose
   * key another one is leased, at most one for each of those.
   */
  static final String READY =
      "SELECT "
          + COLUMNS.replace("b.seq = t.seq", "b.seq = t.seq AND t.size <= " + PAGE_BODY_BYTES)
          + """
           FROM task t WHERE t.st = 0 AND t.lid = ? AND t.ord > ?
          AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.seq = t.seq)
          AND (t.coal IS NULL OR NOT EXISTS (SELECT 1 FROM task o JOIN lease l ON l.seq = o.seq
            WHERE o.lid = t.lid AND o.coal = t.coal)) ORDER BY t.ord LIMIT ?""";

  static final String DUE =
      """
      SELECT t.seq, t.lid, t.ord FROM task t WHERE t.st = 1 AND t.qid = ? AND t.due <= ?
      ORDER BY t.due LIMIT ?""";

  static final String NEXT_DUE =
      "SELECT t.due FROM task t WHERE t.st = 1 AND t.qid = ? ORDER BY t.due LIMIT 1";
  static final String DELAYED =
      """
      SELECT t.seq, t.due, t.at_wall FROM task t WHERE t.st = 1 AND t.qid = ?
        AND (t.due, t.seq) > (?, ?) ORDER BY t.due, t.seq LIMIT ?""";

  /** The first delayed task of a lane, unless one that nobody holds is ready before it. */
  static final String HOLDER =
      """
      SELECT CASE WHEN EXISTS (SELECT 1 FROM task r WHERE r.st = 0 AND r.lid = t.lid
          AND r.ord < t.ord AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.seq = r.seq))
        THEN 0 ELSE t.seq END
      FROM task t WHERE t.st = 1 AND t.lid = ? ORDER BY t.ord LIMIT 1""";

  static final String FIRST_DELAYED =
      "SELECT t.ord FROM task t WHERE t.st = 1 AND t.lid = ? ORDER BY t.ord LIMIT 1";
  static final String DEDUP = "SELECT seq FROM task WHERE lid = ? AND dedup = ?";
  private static final String HAS = "SELECT 1 FROM task WHERE seq = ?";
  private static final String GET = "SELECT " + COLUMNS + " FROM task t WHERE t.seq = ?";
  private static final String ADD =
      """
      INSERT INTO task (seq, lid, ord, st, due, at_wall, exp, drops, origin, attempt, crash,
        max_attempt, redrives, enq_wall, kind, dedup, coal, codec, crc, size, headers, body, errors,
        qid)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

  /** What most tasks are: ready at once, and all else as the schema has it. Half of the binding. */
  private static final Insert ADD_PLAIN =
      Insert.of(
          """
          INSERT INTO task (seq, lid, ord, st, exp, max_attempt, enq_wall, kind, codec, crc, size,
            body) VALUES""",
          "(?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)");

  private static final String ADD_BLOB = "INSERT INTO task_blob (seq, body) VALUES (?, ?)";
  private static final String REMOVE = "DELETE FROM task WHERE seq = ?";
  private static final String REMOVE_BLOB = "DELETE FROM task_blob WHERE seq = ?";
  static final String REMOVE_RUN = "DELETE FROM task WHERE seq BETWEEN ? AND ?";
  static final String REMOVE_BLOBS = "DELETE FROM task_blob WHERE seq BETWEEN ? AND ?";
  private static final String DELAY =
      """
      UPDATE task SET st = 1, due = ?, qid = (SELECT l.qid FROM lane l WHERE l.lid = task.lid),
        origin = ?, attempt = ?, errors = ? WHERE seq = ?""";
  private static final String SNOOZE =
      """
      UPDATE task SET st = 1, due = ?, qid = (SELECT l.qid FROM lane l WHERE l.lid = task.lid),
        origin = ? WHERE seq = ?""";
  private static final String RELEASE = "UPDATE task SET origin = ? WHERE seq = ?";
  private static final String PROMOTE =
      "UPDATE task SET st = 0, due = 0, at_wall = 0 WHERE seq = ? AND st = 1";
  private static final String MOVE =
      "UPDATE task SET due = ? WHERE seq = ? AND st = 1 AND at_wall = ?";
  private static final String CRASHED =
      """
      UPDATE task SET st = 0, origin = ?, attempt = ?, crash = ?, errors = ? WHERE seq = ?""";

  private TaskTable() {}

  /**
   * When a task may first be leased.
   *
   * @param qid whose clock it waits for; any, for at once
   * @param dueMs by that clock, 0 for at once
   * @param atWallMs the wall time asked for, 0 for none
   */
  record Start(long qid, long dueMs, long atWallMs) {
    static final Start NOW = new Start(0, 0, 0);
  }

  /**
   * What a task shares with others of its lane; "" for none.
   *
   * @param dedup of two with one, the later is a duplicate
   * @param coal of two with one, the later takes the place
   */
  record Keys(String dedup, String coal) {
    static final Keys NONE = new Keys("", "");
  }

  static void add(StoreTx tx, TaskRow row, Start start, Keys keys) {
    var apart = row.body().size() > BLOB_THRESHOLD_BYTES;
    if (row.isPlain() && start.equals(Start.NOW) && keys.equals(Keys.NONE) && !apart) {
      addPlain(tx, row);
      return;
    }
    tx.update(
        ADD,
        row.seq(),
        row.lid(),
        row.ord(),
        start.dueMs() == 0 ? 0 : 1,
        start.dueMs(),
        start.atWallMs(),
        row.expMs(),
        row.drops(),
        row.origin(),
        row.attempt(),
        row.crash(),
        row.maxAttempt(),
        row.redrives(),
        row.enqueuedWallMs(),
        row.kind(),
        orNull(keys.dedup()),
        orNull(keys.coal()),
        row.codec(),
        row.crc(),
        row.size(),
        orNull(row.headers()),
        apart ? Unit.UNIT : row.body(),
        orNull(row.errors()),
        start.qid());
    if (apart) tx.update(ADD_BLOB, row.seq(), row.body());
  }

  private static void addPlain(StoreTx tx, TaskRow row) {
    tx.insert(
        ADD_PLAIN,
        row.seq(),
        row.lid(),
        row.ord(),
        row.expMs(),
        row.maxAttempt(),
        row.enqueuedWallMs(),
        row.kind(),
        row.codec(),
        row.crc(),
        row.size(),
        row.body());
  }

  /** The lane's next tasks after {@code ord} that nobody holds, in order, at most {@code limit}. */
  static List<TaskRow> ready(StoreTx tx, long lid, long ord, int limit) {
    return tx.query(READY, TaskTable::row, lid, ord, limit);
  }

  /** A row of a page with its body, however large. */
  static TaskRow whole(StoreTx tx, TaskRow row) {
    if (row.size() <= PAGE_BODY_BYTES) return row;
    return get(tx, row.seq()).map(full -> row.bodied(full.body())).orElse(row);
  }

  /** Whether it is there. */
  static boolean has(StoreTx tx, long seq) {
    return tx.first(HAS, row -> row.getInt(1), seq).isPresent();
  }

  static Optional<TaskRow> get(StoreTx tx, long seq) {
    return tx.first(GET, TaskTable::row, seq);
  }

  /**
   * The task that holds a STRICT lane: it waits for its time, and is the first of those that nobody
   * has. 0 if none does.
   */
  static long holder(StoreTx tx, long lid) {
    return tx.first(HOLDER, row -> row.getLong(1), lid).orElse(0L);
  }

  /** The place of the lane's first task that waits for its time; {@code Long.MAX_VALUE} if none. */
  static long firstDelayed(StoreTx tx, long lid) {
    return tx.first(FIRST_DELAYED, row -> row.getLong(1), lid).orElse(Long.MAX_VALUE);
  }

  /** The live task of the lane with this key. */
  static OptionalLong withDedup(StoreTx tx, long lid, String key) {
    var found = tx.first(DEDUP, row -> row.getLong(1), lid, key);
    return found.isPresent() ? OptionalLong.of(found.get()) : OptionalLong.empty();
  }

  /**
   * A delayed task whose time has come.
   *
   * @param seq the task
   * @param lid its lane
   * @param ord its place there
   */
  record Due(long seq, long lid, long ord) {}

  static List<Due> due(StoreTx tx, long qid, long nowMs, int limit) {
    return tx.query(DUE, TaskTable::due, qid, nowMs, limit);
  }

  private static Due due(ResultSet row) throws SQLException {
    return new Due(row.getLong(1), row.getLong(2), row.getLong(3));
  }

  /**
   * A task that waits for its time.
   *
   * @param seq the task
   * @param dueMs by the queue clock
   * @param atWallMs the wall time asked for, 0 for none
   */
  record Delayed(long seq, long dueMs, long atWallMs) {
    static final Delayed FIRST = new Delayed(0, Long.MIN_VALUE, 0);
  }

  /** The queue's delayed tasks after this one, by due, at most {@code limit}. */
  static List<Delayed> delayed(Reading read, long qid, Delayed after, int limit) {
    return read.query(
        DELAYED,
        row -> new Delayed(row.getLong(1), row.getLong(2), row.getLong(3)),
        qid,
        after.dueMs(),
        after.seq(),
        limit);
  }

  /** Another time, unless it has started meanwhile, or waits for a retry by now. */
  static void move(StoreTx tx, Delayed task, long dueMs) {
    tx.update(MOVE, dueMs, task.seq(), task.atWallMs());
  }

  /** When the queue's next delayed task is due; empty when none is. */
  static OptionalLong nextDue(StoreTx tx, long qid) {
    var found = tx.first(NEXT_DUE, row -> row.getLong(1), qid);
    return found.isPresent() ? OptionalLong.of(found.get()) : OptionalLong.empty();
  }

  static boolean promote(StoreTx tx, long seq) {
    return tx.update(PROMOTE, seq) == 1;
  }

  /** Charged: back in its place, but not before {@code dueMs}. */
  static void delay(StoreTx tx, TaskRow row, long dueMs) {
    tx.update(DELAY, dueMs, row.origin(), row.attempt(), orNull(row.errors()), row.seq());
  }

  /** Not charged: back in its place, but not before {@code dueMs}. */
  static void snooze(StoreTx tx, long seq, long origin, long dueMs) {
    tx.update(SNOOZE, dueMs, origin, seq);
  }

  /** Not charged: back in its place. */
  static void release(StoreTx tx, long seq, long origin) {
    tx.update(RELEASE, origin, seq);
  }

  /** A process died holding it: charged, and back in its place. */
  static void crashed(StoreTx tx, TaskRow row) {
    tx.update(CRASHED, row.origin(), row.attempt(), row.crash(), orNull(row.errors()), row.seq());
  }

  static void remove(StoreTx tx, long seq, long size) {
    tx.update(REMOVE, seq);
    if (size > BLOB_THRESHOLD_BYTES) tx.update(REMOVE_BLOB, seq);
  }

  /** All of these numbers, whosever they are; {@code largest} is the size of the largest. */
  static void removeRun(StoreTx tx, long first, long last, long largest) {
    tx.update(REMOVE_RUN, first, last);
    if (largest > BLOB_THRESHOLD_BYTES) tx.update(REMOVE_BLOBS, first, last);
  }

  private static TaskRow row(ResultSet row) throws SQLException {
    return new TaskRow(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getInt(5) != 0,
        row.getLong(6),
        row.getInt(7),
        row.getInt(8),
        row.getInt(9),
        row.getInt(10),
        row.getLong(11),
        text(row, 12),
        row.getInt(13),
        row.getLong(14),
        row.getLong(15),
        bytes(row, 16),
        bytes(row, 17),
        bytes(row, 18));
  }

  /** A text, of a row that may be damaged. */
  private static String text(ResultSet row, int column) throws SQLException {
    var text = row.getString(column);
    return text == null ? "" : text;
  }

  /** A BLOB; NULL is no bytes. */
  static Bytes bytes(ResultSet row, int column) throws SQLException {
    var bytes = row.getBytes(column);
    return bytes == null ? Bytes.EMPTY : Bytes.of(bytes);
  }

  private static Object orNull(String key) {
    return key.isEmpty() ? Unit.UNIT : key;
  }

  /** No bytes are NULL. */
  static Object orNull(Bytes bytes) {
    return bytes.isEmpty() ? Unit.UNIT : bytes;
  }
}
