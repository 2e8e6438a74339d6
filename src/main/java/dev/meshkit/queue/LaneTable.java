package dev.meshkit.queue;

import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Queues and their lanes. Each method runs in the transaction it is given. */
final class LaneTable {
  private static final String FIND = "SELECT qid, paused, poison FROM queue WHERE name = ?";
  private static final String ADD_QUEUE =
      "INSERT INTO queue (qid, name, poison, options) VALUES (?, ?, ?, ?)";
  private static final String NEXT_QUEUE = "SELECT coalesce(max(qid), 0) + 1 FROM queue";
  private static final String OPTIONS = "UPDATE queue SET poison = ?, options = ? WHERE qid = ?";
  private static final String PAUSE_QUEUE =
      "UPDATE queue SET paused = ?, paused_by = ? WHERE qid = ?";
  private static final String NEXT_LANE = "SELECT coalesce(max(lid), 0) + 1 FROM lane";
  private static final String ADD =
      "INSERT INTO lane (lid, qid, key, cls, mode, next_origin) VALUES (?, ?, ?, ?, ?, ?)";
  private static final String LOAD =
      """
      SELECT lid, key, cls, paused, hold, next_origin, n_live, n_delayed, n_leased, n_dead, bytes,
        weight, EXISTS (SELECT 1 FROM task t WHERE t.lid = lane.lid AND t.coal IS NOT NULL)
      FROM lane WHERE qid = ? ORDER BY lid""";
  private static final String SAVE =
      """
      UPDATE lane SET paused = ?, hold = ?, next_origin = ?, n_live = ?, n_delayed = ?, n_leased = ?,
        n_dead = ?, bytes = ? WHERE lid = ?""";
  static final String FRONTS =
      """
      SELECT l.key, l.cls, coalesce(h.enq_wall, r.enq_wall), coalesce(h.due, 0),
        CASE WHEN q.paused THEN q.paused_by WHEN l.paused THEN l.paused_by ELSE '' END, l.lid,
        h.seq, h.attempt, h.max_attempt, h.errors
      FROM lane l CROSS JOIN queue q ON q.qid = l.qid LEFT JOIN task h ON h.seq = l.hold
        LEFT JOIN task r ON r.seq =
          (SELECT seq FROM task WHERE lid = l.lid AND st = 0 ORDER BY ord LIMIT 1)
      WHERE +l.qid = ? AND l.lid > ? AND l.n_live > 0 AND coalesce(h.seq, r.seq) IS NOT NULL
      ORDER BY l.lid LIMIT 500""";
  static final String OLDEST_FRONT =
      """
      SELECT coalesce(min((SELECT enq_wall FROM task WHERE lid = l.lid AND st = 0
        ORDER BY ord LIMIT 1)), 0) FROM lane l WHERE l.qid = ? AND l.n_live > l.n_delayed""";
  private static final String WEIGH = "UPDATE lane SET weight = ? WHERE lid = ?";
  static final String HEADS_EXPIRE =
      """
      SELECT min(exp), max(lid) FROM (SELECT l.lid AS lid, (SELECT nullif(t.exp, 0) FROM task t
          WHERE t.lid = l.lid AND t.st = 0 ORDER BY t.ord LIMIT 1) AS exp
        FROM lane l WHERE +l.qid = ? AND l.lid > ? AND l.n_live > 0 AND l.n_leased = 0
        ORDER BY l.lid LIMIT 5000)""";
  static final String DROP =
      """
      DELETE FROM lane WHERE lid = ? AND n_live = 0 AND n_dead = 0 AND paused = 0 AND weight = 1
        AND NOT EXISTS (SELECT 1 FROM dedup d WHERE d.lid = lane.lid)""";
  static final String RECOUNT =
      """
      SELECT count(*), coalesce(sum(st), 0), coalesce(sum(size), 0) FROM
        (SELECT st, size FROM task WHERE st = 0 AND lid = ?1
        UNION ALL SELECT st, size FROM task WHERE st = 1 AND lid = ?1)""";
  private static final String WHO_PAUSED = "SELECT paused_by FROM lane WHERE lid = ?";
  private static final String PAUSED_BY = "UPDATE lane SET paused_by = ? WHERE lid = ?";

  private LaneTable() {}

  /**
   * A queue's row.
   *
   * @param qid its number
   * @param paused by an operator
   * @param poison where its dead were listed when it was last open
   */
  record QueueRow(long qid, boolean paused, String poison) {}

  /** Finds the queue by its name, or makes it; its options are brought up to date. */
  static QueueRow queue(StoreTx tx, QueueOptions options) {
    var found =
        tx.first(
            FIND,
            row -> new QueueRow(row.getLong(1), row.getInt(2) != 0, row.getString(3)),
            options.name());
    if (found.isPresent()) {
      tx.update(OPTIONS, options.poisonQueue(), options.toString(), found.get().qid());
      return found.get();
    }
    var qid = tx.first(NEXT_QUEUE, row -> row.getLong(1)).orElseThrow();
    tx.update(ADD_QUEUE, qid, options.name(), options.poisonQueue(), options.toString());
    return new QueueRow(qid, false, options.poisonQueue());
  }

  /** The fronts of the lanes that have live tasks, at a time of the queue clock. */
  static List<LaneFront> fronts(Reading read, long qid, long nowMs) {
    var all = new ArrayList<LaneFront>();
    for (var after = 0L; ; ) {
      var page =
          read.query(FRONTS, row -> new Placed(row.getLong(6), front(row, nowMs)), qid, after);
      page.forEach(lane -> all.add(lane.front()));
      if (page.size() < Reading.PAGE_ROWS) return List.copyOf(all);
      after = page.getLast().lid();
    }
  }

  /** A front and its lane's number: where the next page begins. */
  private record Placed(long lid, LaneFront front) {}

  /** When the oldest task was enqueued that is first in its lane, ms of the wall; 0 for none. */
  static long oldestFront(Reading read, long qid) {
    return read.query(OLDEST_FRONT, row -> row.getLong(1), qid).getFirst();
  }

  /**
   * A page of lanes that nobody works on.
   *
   * @param earliestMs when, by the queue clock, the time of the first ready task of one of them is
   *     over; {@code Long.MAX_VALUE} for never
   * @param last the lane after which the next page begins; {@code Long.MAX_VALUE} if there is none
   */
  record Heads(long earliestMs, long last) {}

  /** The page after a lane: so many that no number of lanes makes a read too long. */
  static Heads headsExpire(Reading read, long qid, long after) {
    return read.query(HEADS_EXPIRE, row -> new Heads(orNever(row, 1), orNever(row, 2)), qid, after)
        .getFirst();
  }

  private static long orNever(ResultSet row, int column) throws SQLException {
    var number = row.getLong(column);
    return row.wasNull() ? Long.MAX_VALUE : number;
  }

  private static LaneFront front(ResultSet row, long nowMs) throws SQLException {
    var dueMs = row.getLong(4);
    return new LaneFront(
        new Lane(row.getString(1), TrafficClass.of(row.getInt(2))),
        Instant.ofEpochMilli(row.getLong(3)),
        Duration.ofMillis(dueMs == 0 ? 0 : Math.max(0, dueMs - nowMs)),
        row.getString(5),
        row.getLong(7) == 0 ? LaneFront.Hold.NONE : hold(row));
  }

  private static LaneFront.Hold hold(ResultSet row) throws SQLException {
    return LaneFront.Hold.of(
        row.getLong(7), row.getInt(8), row.getInt(9), TaskTable.bytes(row, 10));
  }

  static void pauseQueue(StoreTx tx, long qid, boolean paused, Audit by) {
    tx.update(PAUSE_QUEUE, paused, paused ? by.actor() : "", qid);
  }

  /** Who paused a lane; empty if nobody has. */
  static String pausedBy(StoreTx tx, long lid) {
    return tx.first(WHO_PAUSED, row -> row.getString(1), lid).orElse("");
  }

  /** Names who paused a lane; the pause itself is one of its {@link Counts}. */
  static void pausedBy(StoreTx tx, long lid, String actor) {
    tx.update(PAUSED_BY, actor, lid);
  }

  static void weigh(StoreTx tx, long lid, int weight) {
    tx.update(WEIGH, weight, lid);
  }

  /** Removes a lane that holds nothing; false if something of it is to stay. */
  static boolean drop(StoreTx tx, long lid) {
    return tx.update(DROP, lid) == 1;
  }

  /** Adds a lane; its number. */
  static long add(StoreTx tx, long qid, Lane lane, QueueOptions.Mode mode, long nextOrigin) {
    var lid = tx.first(NEXT_LANE, row -> row.getLong(1)).orElseThrow();
    tx.update(ADD, lid, qid, lane.key(), lane.cls().number(), mode.number(), nextOrigin);
    return lid;
  }

  /**
   * A lane as it is stored.
   *
   * @param lid its number
   * @param lane its name
   * @param weight how many tasks it gives in a turn
   * @param coalesces whether some of its tasks have a coalesce key
   * @param counts the rest
   */
  record Stored(long lid, Lane lane, int weight, boolean coalesces, Counts counts) {
    /** A new one, whose numbers begin here. */
    static Stored fresh(long lid, Lane lane, long nextOrigin) {
      return new Stored(lid, lane, 1, false, new Counts(false, 0, nextOrigin, 0, 0, 0, 0, 0));
    }

    /** The same with other counts. */
    Stored with(Counts now) {
      return new Stored(lid, lane, weight, coalesces, now);
    }
  }

  static List<Stored> load(StoreTx tx, long qid) {
    return tx.query(LOAD, LaneTable::stored, qid);
  }

  /** What is there of a lane of which nothing is leased, whatever its row says. */
  static Counts recount(StoreTx tx, LaneState lane) {
    return tx.first(
            RECOUNT,
            row -> lane.counts().recounted(row.getLong(1), row.getLong(2), row.getLong(3)),
            lane.lid())
        .orElseThrow();
  }

  static void save(StoreTx tx, long lid, Counts counts) {
    tx.update(
        SAVE,
        counts.paused(),
        counts.hold(),
        counts.nextOrigin(),
        counts.live(),
        counts.delayed(),
        counts.leased(),
        counts.dead(),
        counts.bytes(),
        lid);
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        row.getLong(1),
        new Lane(row.getString(2), TrafficClass.of(row.getInt(3))),
        row.getInt(12),
        row.getBoolean(13),
        new Counts(
            row.getInt(4) != 0,
            row.getLong(5),
            row.getLong(6),
            row.getLong(7),
            row.getLong(8),
            row.getLong(9),
            row.getLong(10),
            row.getLong(11)));
  }
}
