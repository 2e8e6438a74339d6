package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Remembered;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** This node's generation and the peers it remembers. */
final class GossipTable {
  private static final Duration KEEP = Duration.ofDays(7);
  private static final String GENERATION = "SELECT generation FROM self";
  private static final String RAISE =
      """
      INSERT INTO self(one, generation, store) VALUES(1, ?, ?)
      ON CONFLICT(one) DO UPDATE SET generation = excluded.generation, store = excluded.store""";
  private static final String PEERS =
      "SELECT id, endpoint, gen, inc, rank, seen_ms FROM peer WHERE id > ? ORDER BY id LIMIT 500";
  private static final int MOST_PEERS = 10_000;
  private static final String REMEMBER =
      """
      INSERT INTO peer(id, endpoint, gen, inc, rank, seen_ms) VALUES(?, ?, ?, ?, ?, ?)
      ON CONFLICT(id) DO UPDATE SET endpoint = excluded.endpoint, gen = excluded.gen,
      inc = excluded.inc, rank = excluded.rank, seen_ms = excluded.seen_ms""";
  private static final String FORGET = "DELETE FROM peer WHERE seen_ms < ?";

  private GossipTable() {}

  /** What a node that starts knows of itself and of others. */
  static Past past(Reading read) {
    var generations = read.query(GENERATION, row -> row.getLong("generation"));
    var peers = new ArrayList<Remembered>();
    for (var after = ""; peers.size() < MOST_PEERS; after = peers.getLast().id().toString()) {
      var page = read.query(PEERS, GossipTable::peer, after);
      peers.addAll(page);
      if (page.size() < Reading.PAGE_ROWS) break;
    }
    return new Past(generations.isEmpty() ? 0 : generations.getFirst(), peers);
  }

  /** Raises the generation; {@code store} is the file's identity. */
  static void raise(StoreTx tx, long generation, Bytes store) {
    tx.update(RAISE, generation, store);
  }

  /** Remembers these, and forgets who was not seen for seven days. */
  static void remember(StoreTx tx, List<Remembered> peers, Instant wall) {
    for (var peer : peers) {
      tx.update(
          REMEMBER,
          peer.id().toString(),
          peer.at().toString(),
          peer.key().generation(),
          peer.key().incarnation(),
          peer.key().rank().code(),
          peer.wallSeen().toEpochMilli());
    }
    tx.update(FORGET, wall.minus(KEEP).toEpochMilli());
  }

  private static Remembered peer(ResultSet row) throws SQLException {
    return new Remembered(
        NodeId.parse(row.getString("id")),
        Endpoint.parse(row.getString("endpoint")),
        new Key(row.getLong("gen"), row.getInt("inc"), rank(row.getInt("rank"))),
        Instant.ofEpochMilli(row.getLong("seen_ms")));
  }

  private static Rank rank(int code) {
    for (var rank : Rank.values()) if (rank.code() == code) return rank;
    throw new IllegalStateException("the table's CHECK allows no rank " + code);
  }
}
