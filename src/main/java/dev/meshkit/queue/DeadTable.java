package dev.meshkit.queue;

import static dev.meshkit.queue.TaskTable.bytes;
import static dev.meshkit.queue.TaskTable.orNull;

import dev.meshkit.api.MeshError;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The dead. Each method runs in the transaction, or the read, it is given. */
final class DeadTable {
  private static final String LAST_EVER =
      "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'dead'), 0)";
  private static final String ADD =
      """
      INSERT INTO dead (did, poison, qid, lid, seq, origin, reason, code, why, attempts, crashes,
        redrives, max_attempt, enq_wall, died_wall, kind, codec, crc, size, headers, body, errors, stack)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

  /** Walks {@code dead_list} from where the last page ended. */
  private static final String WHERE =
      """
       FROM dead d JOIN lane l ON l.lid = d.lid
      WHERE d.poison = ?1 AND d.did > ?2 AND d.did <= ?3 AND d.qid = ?9
        AND (?4 = 0 OR d.did = ?4) AND (?5 = '' OR d.kind = ?5) AND (?6 = '' OR d.code = ?6)
        AND (?7 = '' OR l.key = ?7) ORDER BY d.did""";

  private static final String LIMIT = " LIMIT ?8";
  private static final String FACTS =
      """
      SELECT d.did, d.seq, l.key, l.cls, d.kind, d.reason, d.code, d.why, d.attempts, d.crashes,
        d.redrives, d.enq_wall, d.died_wall, d.size""";
  static final String LIST = FACTS + ", NULL, NULL, NULL, NULL" + WHERE + LIMIT;
  private static final String SHOW =
      FACTS
          + """
          , d.headers, d.body, d.errors, d.stack
          FROM dead d JOIN lane l ON l.lid = d.lid WHERE d.poison = ? AND d.qid = ? AND d.did = ?""";
  private static final String STONE =
      """
      SELECT d.did, d.seq, d.lid, l.key, l.cls, d.size, d.reason, d.redrives, d.died_wall,
        d.origin, d.enq_wall""";
  static final String OLDEST = STONE + WHERE + LIMIT;
  static final String NEWEST = STONE + WHERE + " DESC" + LIMIT;
  private static final String ROW =
      """
      SELECT seq, lid, origin, redrives, max_attempt, enq_wall, kind, codec, crc, size, headers,
        body, errors
      FROM dead WHERE did = ?""";
  private static final String SPAN =
      "SELECT coalesce(min(did), 1) - 1, coalesce(max(did), 0) FROM dead WHERE poison = ?";
  private static final String RENAME = "UPDATE dead SET poison = ? WHERE poison = ? AND qid = ?";
  private static final String FORGET =
      "UPDATE dead SET reason = ? WHERE poison = ? AND qid = ? AND origin <> 0 AND reason <> ?";
  private static final String REMOVE = "DELETE FROM dead WHERE did = ?";

  private DeadTable() {}

  /** Adds a task; its number among the dead. */
  static long add(StoreTx tx, Ground ground, TaskRow row, Reason reason, MeshError why) {
    var did = lastEver(tx) + 1;
    tx.update(
        ADD,
        did,
        ground.options().poisonQueue(),
        ground.qid(),
        row.lid(),
        row.seq(),
        row.origin(),
        reason.number(),
        why.code(),
        Text.cut(why.why()),
        row.attempt(),
        row.crash(),
        row.redrives(),
        row.maxAttempt(),
        row.enqueuedWallMs(),
        ground.wall().toEpochMilli(),
        row.kind(),
        row.codec(),
        row.crc(),
        row.size(),
        orNull(row.headers()),
        row.body(),
        orNull(row.errors()),
        orNull(Text.stack(why)));
    ground.dead().added(tx, row.size());
    return did;
  }

  /** What is listed of a queue under one name is listed under another from now on. */
  static void rename(StoreTx tx, long qid, String before, String now) {
    tx.update(RENAME, now, before, qid);
  }

  /**
   * Those of a queue that were sent are known to no receiver any more: the store goes by another
   * identity. Their code and why still say what they died of. Reads all of them; once in years.
   */
  static void forget(StoreTx tx, Ground ground) {
    var reason = Reason.FORGOTTEN.number();
    tx.update(FORGET, reason, ground.options().poisonQueue(), ground.qid(), reason);
  }

  /** The highest number that anybody dead has had. */
  static long lastEver(StoreTx tx) {
    return tx.first(LAST_EVER, row -> row.getLong(1)).orElseThrow();
  }

  /** A page of the dead, without what they carry. */
  static List<DeadTask> list(
      Reading reading, Ground ground, PoisonFilter filter, long afterDid, int limit) {
    return reading.query(
        LIST,
        row -> dead(row, ground.options().name()),
        parameters(ground, filter, new Span(afterDid, Long.MAX_VALUE), limit));
  }

  static List<DeadTask> show(Reading reading, Ground ground, long did) {
    var options = ground.options();
    return reading.query(
        SHOW, row -> dead(row, options.name()), options.poisonQueue(), ground.qid(), did);
  }

  /**
   * What it takes to remove a dead task, or to judge it.
   *
   * @param did its number among the dead
   * @param seq its number as a task
   * @param lid the number of the lane it was in
   * @param lane that lane
   * @param size of its body, bytes
   * @param reason why it is dead
   * @param redrives how often it was brought back
   * @param diedWallMs when it died
   * @param origin its number in the lane, 0 if it was never leased, hence never sent
   * @param enqueuedWallMs when it was enqueued
   */
  record Stone(
      long did,
      long seq,
      long lid,
      Lane lane,
      long size,
      Reason reason,
      int redrives,
      long diedWallMs,
      long origin,
      long enqueuedWallMs) {}

  /**
   * Numbers of the dead.
   *
   * @param after those above this
   * @param upTo up to this
   */
  record Span(long after, long upTo) {
    /** Where the dead that a filter may name lie, however many there are. */
    static Span of(PoisonFilter filter) {
      return filter.did() == 0
          ? new Span(0, Long.MAX_VALUE)
          : new Span(filter.did() - 1, filter.did());
    }
  }

  /** Where the dead that the filter may name lie now. */
  static Span span(StoreTx tx, Ground ground, PoisonFilter filter) {
    var poison = ground.options().poisonQueue();
    var all = tx.first(SPAN, row -> new Span(row.getLong(1), row.getLong(2)), poison).orElseThrow();
    var named = Span.of(filter);
    return new Span(Math.max(all.after(), named.after()), Math.min(all.upTo(), named.upTo()));
  }

  /** The oldest in a span that the filter names, oldest first. */
  static List<Stone> oldest(StoreTx tx, Ground ground, PoisonFilter filter, Span span, int limit) {
    return tx.query(OLDEST, DeadTable::stone, parameters(ground, filter, span, limit));
  }

  /** The newest in a span that the filter names, newest first. */
  static List<Stone> newest(StoreTx tx, Ground ground, PoisonFilter filter, Span span, int limit) {
    return tx.query(NEWEST, DeadTable::stone, parameters(ground, filter, span, limit));
  }

  /** The oldest after a number, for counting. */
  static List<Stone> oldest(
      Reading reading, Ground ground, PoisonFilter filter, Span span, int limit) {
    return reading.query(OLDEST, DeadTable::stone, parameters(ground, filter, span, limit));
  }

  /** A dead task as it would be again. */
  static TaskRow row(StoreTx tx, long did) {
    return tx.first(ROW, DeadTable::revival, did).orElseThrow();
  }

  /** It is no longer dead, and lives no more under its number: who asks hears that it died. */
  static void forget(StoreTx tx, Ground ground, Stone stone) {
    remove(tx, ground, stone);
    var how = new Settled.Dead(stone.did(), stone.reason());
    ground.endings().removed(tx, stone.seq(), how);
  }

  /** It is no longer dead, nor counted. */
  static void remove(StoreTx tx, Ground ground, Stone stone) {
    tx.update(REMOVE, stone.did());
    var lane = ground.lanes().get(stone.lid());
    lane.set(tx, lane.counts().dead(-1));
    ground.dead().removed(tx, stone.size());
  }

  private static Object[] parameters(Ground ground, PoisonFilter filter, Span span, int limit) {
    return new Object[] {
      ground.options().poisonQueue(),
      span.after(),
      span.upTo(),
      filter.did(),
      filter.kind(),
      filter.code(),
      filter.lane(),
      limit,
      ground.qid()
    };
  }

  private static Stone stone(ResultSet row) throws SQLException {
    return new Stone(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        new Lane(row.getString(4), TrafficClass.of(row.getInt(5))),
        row.getLong(6),
        Reason.of(row.getInt(7)),
        row.getInt(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11));
  }

  private static DeadTask dead(ResultSet row, String queue) throws SQLException {
    return new DeadTask(
        row.getLong(1),
        new TaskId(row.getLong(2)),
        queue,
        new Lane(row.getString(3), TrafficClass.of(row.getInt(4))),
        row.getString(5),
        Reason.of(row.getInt(6)),
        row.getString(7),
        row.getString(8),
        row.getInt(9),
        row.getInt(10),
        row.getInt(11),
        Instant.ofEpochMilli(row.getLong(12)),
        Instant.ofEpochMilli(row.getLong(13)),
        row.getLong(14),
        Text.headers(bytes(row, 15)),
        bytes(row, 16),
        Text.errors(bytes(row, 17)),
        bytes(row, 18).utf8());
  }

  private static TaskRow revival(ResultSet row) throws SQLException {
    return new TaskRow(
        row.getLong(1),
        row.getLong(2),
        0,
        0,
        false,
        row.getLong(3),
        0,
        0,
        row.getInt(5),
        row.getInt(4) + 1,
        row.getLong(6),
        row.getString(7),
        row.getInt(8),
        row.getLong(9),
        row.getLong(10),
        bytes(row, 11),
        bytes(row, 12),
        bytes(row, 13));
  }
}
