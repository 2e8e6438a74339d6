package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.queue.Audit;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whom operators of this node said to be gone for good. */
final class ForgottenTable {
  private static final String PAGE =
      "SELECT id, at_ms, actor, reason FROM forgotten WHERE id > ? ORDER BY id LIMIT 500";
  private static final String PUT =
      """
      INSERT INTO forgotten(id, at_ms, actor, reason) VALUES(?, ?, ?, ?)
      ON CONFLICT(id) DO UPDATE SET at_ms = excluded.at_ms, actor = excluded.actor,
      reason = excluded.reason""";
  private static final String REMOVE = "DELETE FROM forgotten WHERE id = ?";

  private ForgottenTable() {}

  /**
   * An operator's word.
   *
   * @param node who is gone
   * @param atWall when it was said
   * @param by who said so, and why
   */
  record Row(NodeId node, Instant atWall, Audit by) {
    /** For people. */
    String text() {
      return "forgotten by " + by.actor() + " at " + atWall + ": " + by.reason();
    }
  }

  /** All of them. */
  static List<Row> all(Reading read) {
    var rows = new ArrayList<Row>();
    for (var after = ""; ; after = rows.getLast().node().toString()) {
      var page = read.query(PAGE, ForgottenTable::row, after);
      rows.addAll(page);
      if (page.size() < Reading.PAGE_ROWS) return rows;
    }
  }

  /** The newest word stands. */
  static void put(StoreTx tx, Row row) {
    tx.update(
        PUT,
        row.node().toString(),
        row.atWall().toEpochMilli(),
        row.by().actor(),
        row.by().reason());
  }

  static void remove(StoreTx tx, NodeId node) {
    tx.update(REMOVE, node.toString());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        NodeId.parse(row.getString(1)),
        Instant.ofEpochMilli(row.getLong(2)),
        new Audit(row.getString(3), row.getString(4)));
  }
}
