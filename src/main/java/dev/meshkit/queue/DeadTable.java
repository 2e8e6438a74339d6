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
  private static final String NEXT =
      "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'dead'), 0) + 1";
  private static final String ADD =
      """
      INSERT INTO dead (did, poison, qid, lid, seq, origin, reason, code, why, attempts, crashes,
        redrives, max_attempt, enq_wall, died_wall, kind, codec, crc, size, headers, body, errors)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

  /** Walks {@code dead_list} from where the last page ended. */
  private static final String WHERE =
      """
       FROM dead d JOIN lane l ON l.lid = d.lid
      WHERE d.poison = ?1 AND d.did > ?2 AND d.did <= ?3
        AND (?4 = 0 OR d.did = ?4) AND (?5 = '' OR d.kind = ?5) AND (?6 = '' OR d.code = ?6)
        AND (?7 = '' OR l.key = ?7) ORDER BY d.did LIMIT ?8""";

  static final String LIST =
      """
      SELECT d.did, d.seq, l.key, l.cls, d.kind, d.reason, d.code, d.why, d.attempts, d.crashes,
        d.redrives, d.enq_wall, d.died_wall, d.size, NULL, NULL, NULL"""
          + WHERE;
  private static final String SHOW =
      """
      SELECT d.did, d.seq, l.key, l.cls, d.kind, d.reason, d.code, d.why, d.attempts, d.crashes,
        d.redrives, d.enq_wall, d.died_wall, d.size, d.headers, d.body, d.errors
      FROM dead d JOIN lane l ON l.lid = d.lid WHERE d.poison = ? AND d.did = ?""";
  private static final String ROWS =
      """
      SELECT d.did, d.seq, d.lid, d.origin, d.redrives, d.max_attempt, d.enq_wall, d.kind, d.codec,
        d.crc, d.size, d.headers, d.body, d.errors"""
          + WHERE;
  private static final String LAST = "SELECT coalesce(max(did), 0) FROM dead WHERE poison = ?";
  private static final String REMOVE = "DELETE FROM dead WHERE did = ?";

  private DeadTable() {}

  /** Adds a task; its number among the dead. */
  static long add(StoreTx tx, Ground ground, TaskRow row, Reason reason, MeshError why) {
    var did = tx.first(NEXT, next -> next.getLong(1)).orElseThrow();
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
        orNull(row.errors()));
    return did;
  }

  /** A page of the dead, without what they carry. */
  static List<DeadTask> list(
      Reading reading, QueueOptions options, PoisonFilter filter, long afterDid, int limit) {
    return reading.query(
        LIST,
        row -> dead(row, options.name()),
        parameters(options.poisonQueue(), filter, afterDid, Long.MAX_VALUE, limit));
  }

  static List<DeadTask> show(Reading reading, QueueOptions options, long did) {
    return reading.query(SHOW, row -> dead(row, options.name()), options.poisonQueue(), did);
  }

  /** The newest of the dead. */
  static long last(StoreTx tx, String poison) {
    return tx.first(LAST, row -> row.getLong(1), poison).orElse(0L);
  }

  /**
   * A dead task as it would be again.
   *
   * @param did its number among the dead
   * @param row the task
   */
  record Revival(long did, TaskRow row) {}

  /** The dead after one and up to another, at most {@code limit}. */
  static List<Revival> rows(
      StoreTx tx, String poison, PoisonFilter filter, long afterDid, long upToDid, int limit) {
    return tx.query(ROWS, DeadTable::revival, parameters(poison, filter, afterDid, upToDid, limit));
  }

  static void remove(StoreTx tx, long did) {
    tx.update(REMOVE, did);
  }

  private static Object[] parameters(
      String poison, PoisonFilter filter, long afterDid, long upToDid, int limit) {
    return new Object[] {
      poison, afterDid, upToDid, filter.did(), filter.kind(), filter.code(), filter.lane(), limit
    };
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
        Text.errors(bytes(row, 17)));
  }

  private static Revival revival(ResultSet row) throws SQLException {
    return new Revival(
        row.getLong(1),
        new TaskRow(
            row.getLong(2),
            row.getLong(3),
            0,
            0,
            false,
            row.getLong(4),
            0,
            0,
            row.getInt(6),
            row.getInt(5) + 1,
            row.getLong(7),
            row.getString(8),
            row.getInt(9),
            row.getLong(10),
            row.getLong(11),
            bytes(row, 12),
            bytes(row, 13),
            bytes(row, 14)));
  }
}
