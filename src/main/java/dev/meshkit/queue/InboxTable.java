package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was applied of what peers sent. Each method runs in the transaction or read it is given. */
final class InboxTable {
  private static final String GET =
      "SELECT hi, missing, forgot FROM inbox WHERE peer = ? AND store = ? AND lane = ?";
  private static final String PUT =
      """
      INSERT INTO inbox (peer, store, lane, hi, missing, forgot, seen_wall)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (peer, store, lane) DO UPDATE SET hi = excluded.hi, missing = excluded.missing,
        forgot = excluded.forgot, seen_wall = excluded.seen_wall""";
  private static final String LANES =
      "SELECT lane, hi, seen_wall FROM inbox WHERE peer = ? AND store = ?";
  private static final String SEEN = "UPDATE inbox SET seen_wall = ? WHERE peer = ? AND store = ?";
  static final String OLD = "SELECT count(*) FROM inbox WHERE seen_wall < ?";
  static final String PRUNE =
      """
      DELETE FROM inbox WHERE (peer, store, lane) IN
        (SELECT peer, store, lane FROM inbox WHERE seen_wall < ? LIMIT ?)""";
  private static final String FORGET = "DELETE FROM inbox WHERE peer = ? AND store = ?";
  private static final String STORES =
      "SELECT store FROM inbox WHERE peer = ? GROUP BY store ORDER BY max(seen_wall)";

  private InboxTable() {}

  static AppliedNumbers get(StoreTx tx, Inbox.Source source) {
    return tx.first(
            GET, InboxTable::received, source.peer().toString(), source.store(), source.lane())
        .orElse(AppliedNumbers.NOTHING);
  }

  static AppliedNumbers get(Reading reading, Inbox.Source source) {
    return reading
        .query(GET, InboxTable::received, source.peer().toString(), source.store(), source.lane())
        .stream()
        .findFirst()
        .orElse(AppliedNumbers.NOTHING);
  }

  private static AppliedNumbers received(ResultSet row) throws SQLException {
    return AppliedNumbers.of(row.getLong(1), TaskTable.bytes(row, 2), row.getLong(3));
  }

  static void put(StoreTx tx, Inbox.Source source, AppliedNumbers received, long wallMs) {
    tx.update(
        PUT,
        source.peer().toString(),
        source.store(),
        source.lane(),
        received.highest(),
        received.text(),
        received.forgotten(),
        wallMs);
  }

  /** The lanes of a peer's store, and since when nothing was heard of the quietest of them. */
  record Heard(Map<String, Long> highest, long seenMs) {}

  static Heard heard(Reading reading, NodeId peer, Bytes store) {
    var highest = new HashMap<String, Long>();
    var seen =
        reading.query(
            LANES,
            row -> {
              highest.put(row.getString(1), row.getLong(2));
              return row.getLong(3);
            },
            peer.toString(),
            store);
    var least = seen.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    return new Heard(Map.copyOf(highest), least);
  }

  /** A peer's store was heard of. */
  static void seen(StoreTx tx, NodeId peer, Bytes store, long wallMs) {
    tx.update(SEEN, wallMs, peer.toString(), store);
  }

  /** How many lanes were heard of last before that; reads them all. */
  static long old(Reading reading, long beforeMs) {
    return reading.query(OLD, row -> row.getLong(1), beforeMs).getFirst();
  }

  /** Forgets some of these, at most so many; how many. */
  static int prune(StoreTx tx, long beforeMs, int most) {
    return tx.update(PRUNE, beforeMs, most);
  }

  /** All lanes of a peer's store. */
  static void forget(StoreTx tx, NodeId peer, Bytes store) {
    tx.update(FORGET, peer.toString(), store);
  }

  /** The stores a peer has sent from, the one heard of longest ago first. */
  static List<Bytes> stores(Reading reading, NodeId peer) {
    return reading.query(STORES, row -> TaskTable.bytes(row, 1), peer.toString());
  }
}
