package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.election.Life;
import dev.meshkit.election.Peers;
import dev.meshkit.election.RecordId;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.TreeMap;

/**
 * What the stores of other voters have shown, in {@code election.db}. Each method runs in the
 * transaction it is given, hence on the committer thread.
 */
final class PeerTable {
  private static final String ALL =
      """
      SELECT store, boot, nonce, term, rec_term, rec_version, forked FROM peer_seen
      WHERE scope = ?""";
  private static final String FORGET = "DELETE FROM peer_seen WHERE scope = ?";
  private static final String PUT =
      """
      INSERT INTO peer_seen(scope, store, boot, nonce, term, rec_term, rec_version, forked)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?)""";

  private PeerTable() {}

  private record Row(Bytes store, Peers.Shown shown) {}

  /** What was seen in a scope. */
  static Peers load(StoreTx tx, Scope scope) {
    var stores = new TreeMap<Bytes, Peers.Shown>();
    for (var row : tx.query(ALL, PeerTable::row, scope.text())) stores.put(row.store, row.shown);
    return new Peers(stores);
  }

  /** Replaces it. */
  static Unit save(StoreTx tx, Scope scope, Peers peers) {
    tx.update(FORGET, scope.text());
    peers
        .stores()
        .forEach(
            (store, shown) ->
                tx.update(
                    PUT,
                    scope.text(),
                    store,
                    shown.life().boot(),
                    shown.life().nonce(),
                    shown.term(),
                    shown.rec().term(),
                    shown.rec().version(),
                    shown.forked() ? 1 : 0));
    return Unit.UNIT;
  }

  private static Row row(ResultSet row) throws SQLException {
    var life = new Life(row.getLong("boot"), row.getLong("nonce"));
    var rec = new RecordId(row.getLong("rec_term"), row.getLong("rec_version"));
    var shown = new Peers.Shown(life, row.getLong("term"), rec, row.getInt("forked") == 1);
    return new Row(Bytes.of(row.getBytes("store")), shown);
  }
}
