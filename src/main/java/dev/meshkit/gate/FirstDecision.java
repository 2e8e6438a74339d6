package dev.meshkit.gate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * The first decision of an epoch for a subject: what it has been given since then on this node.
 *
 * @param change with its region put in
 * @param subject its text; empty if the change is decided for everybody alike
 * @param version which version
 * @param epoch the entry's; 0 without one
 * @param bucket the subject's; -1 where it was not asked for
 * @param wall when, to the millisecond
 */
public record FirstDecision(
    String change, String subject, int version, long epoch, int bucket, Instant wall) {
  static final String FIND =
      """
      SELECT change_id, subject, version, epoch, bucket, wall FROM decision
      WHERE change_id = ? AND subject = ?""";

  /** Page by page. */
  static final String SUBJECTS =
      "SELECT subject FROM decision WHERE change_id = ? AND subject > ? ORDER BY subject LIMIT ?";

  static final String PUT =
      """
      INSERT INTO decision (change_id, subject, version, epoch, bucket, wall)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (change_id, subject) DO UPDATE SET version = excluded.version,
        epoch = excluded.epoch, bucket = excluded.bucket, wall = excluded.wall
        WHERE excluded.epoch > decision.epoch""";

  /** What is older than the epoch before the present one says nothing any more. */
  static final String CLEAR = "DELETE FROM decision WHERE change_id = ? AND epoch < ? - 1";

  /** The newest ones stay, where many lives of a node have each decided for others. */
  static final String TRIM =
      """
      DELETE FROM decision
      WHERE wall <= (SELECT wall FROM decision ORDER BY wall DESC LIMIT 1 OFFSET ?)""";

  static FirstDecision of(ResultSet row) throws SQLException {
    return new FirstDecision(
        row.getString("change_id"),
        row.getString("subject"),
        row.getInt("version"),
        row.getLong("epoch"),
        row.getInt("bucket"),
        Instant.ofEpochMilli(row.getLong("wall")));
  }

  /** The one of the later epoch; of one epoch the one that came first. */
  static FirstDecision later(FirstDecision before, FirstDecision fresh) {
    return fresh.epoch() > before.epoch() ? fresh : before;
  }
}
