package dev.meshkit.node;

import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.store.StoreTx;
import dev.meshkit.wire.ElectCodec;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The committed records that a node knows, in {@code election.db}: those of scopes it votes in are
 * written by {@link ElectionTable}, all others here. Each method runs in the transaction it is
 * given, hence on the committer thread.
 */
final class ViewTable {
  private static final String SCOPES = "SELECT DISTINCT scope FROM record";
  private static final String VIEW =
      "SELECT rec_term, rec_version, hash, body FROM record WHERE scope = ? AND kind = 1";

  /** Two answers may be written in either order: the later record stays. */
  private static final String SAVE =
      """
      INSERT INTO record(scope, kind, gen, rec_term, rec_version, hash, body)
      VALUES(?, 1, ?, ?, ?, ?, ?)
      ON CONFLICT(scope, kind) DO UPDATE SET gen = excluded.gen, rec_term = excluded.rec_term,
        rec_version = excluded.rec_version, hash = excluded.hash, body = excluded.body
      WHERE (record.gen, record.rec_term, record.rec_version)
        < (excluded.gen, excluded.rec_term, excluded.rec_version)""";

  private ViewTable() {}

  /** All that are what their hashes say, by scope; the others are asked for again. */
  static SortedMap<Scope, ScopeRecord> load(StoreTx tx) {
    var views = new TreeMap<Scope, ScopeRecord>();
    List<String> scopes = tx.query(SCOPES, row -> row.getString("scope"));
    for (var scope : scopes)
      tx.first(VIEW, ElectionTable::stored, scope)
          .flatMap(ElectionTable.Body::record)
          .ifPresent(view -> views.put(Scope.parse(scope), view));
    return views;
  }

  /** Writes a view, unless a later one is there. */
  static Unit save(StoreTx tx, Scope scope, ScopeRecord view) {
    var id = view.id();
    var content = view.content();
    tx.update(
        SAVE,
        scope.text(),
        content.generation(),
        id.term(),
        id.version(),
        content.hash(),
        ElectCodec.record(view));
    return Unit.UNIT;
  }
}
