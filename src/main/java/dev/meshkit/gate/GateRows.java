package dev.meshkit.gate;

import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Adopted entries. Each method runs in the transaction it is given. */
final class GateRows {
  static final String ALL =
      """
      SELECT change_id, version, prior, min_v, max_v, basis_points, include, exclude, frozen, epoch,
        rec_generation, rec_term, rec_version FROM gate""";
  static final String PAGE = ALL + " WHERE change_id > ? ORDER BY change_id LIMIT 256";
  static final String OF_SCOPE = ALL + " WHERE scope = ?";
  static final String RECORDS =
      "SELECT scope, rec_generation, rec_term, rec_version FROM gate_scope LIMIT 256";
  static final String SEEN =
      """
      INSERT INTO gate_scope (scope, rec_generation, rec_term, rec_version) VALUES (?, ?, ?, ?)
      ON CONFLICT (scope) DO UPDATE SET rec_generation = excluded.rec_generation,
        rec_term = excluded.rec_term, rec_version = excluded.rec_version
        WHERE (gate_scope.rec_generation, gate_scope.rec_term, gate_scope.rec_version)
          < (excluded.rec_generation, excluded.rec_term, excluded.rec_version)""";
  static final String CLEAR = "DELETE FROM gate WHERE scope = ?";
  static final String PUT =
      """
      INSERT OR REPLACE INTO gate (change_id, scope, version, prior, min_v, max_v, basis_points,
        include, exclude, frozen, epoch, rec_generation, rec_term, rec_version, wall)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
  static final String LOG =
      """
      INSERT INTO gate_log (id, change_id, epoch, was, now, wall, actor, reason)
      SELECT coalesce((SELECT max(id) FROM gate_log), 0) + 1, ?, ?, ?, ?, ?, ?, ?""";
  static final String TRIM =
      "DELETE FROM gate_log WHERE id <= (SELECT max(id) FROM gate_log) - 10000";

  private GateRows() {}

  static Committed committed(ResultSet row) throws SQLException {
    var rollout =
        new Rollout(
            row.getInt("prior"),
            row.getInt("basis_points"),
            lines(row.getString("include")),
            lines(row.getString("exclude")),
            row.getInt("frozen") == 1);
    var entry =
        new Entry(
            row.getString("change_id"),
            row.getInt("version"),
            row.getInt("min_v"),
            row.getInt("max_v"),
            rollout,
            row.getLong("epoch"));
    return new Committed(entry, record(row));
  }

  static RecordId record(ResultSet row) throws SQLException {
    return new RecordId(
        row.getInt("rec_generation"), row.getLong("rec_term"), row.getLong("rec_version"));
  }

  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\n"));
  }

  /** As of {@link Ledger.LedgerTx#adopt}. */
  static boolean adopt(StoreTx tx, Adoption adoption, long wallMs) {
    var scope = adoption.scope().text();
    var record = adoption.record();
    if (tx.update(SEEN, scope, record.generation(), record.term(), record.version()) == 0)
      return false;
    var before =
        tx.query(OF_SCOPE, GateRows::committed, scope).stream()
            .collect(Collectors.toMap(one -> one.entry().change(), Function.identity()));
    tx.update(CLEAR, scope);
    for (var entry : adoption.entries())
      tx.update(FirstDecision.CLEAR, entry.change(), entry.epoch());
    for (var one : merged(before, adoption)) put(tx, scope, one, wallMs);
    for (var line : differences(before, adoption)) log(tx, line, adoption, wallMs);
    tx.update(TRIM);
    return true;
  }

  /** An entry that has not changed stays that of the record it first came with. */
  static List<Committed> merged(Map<String, Committed> before, Adoption adoption) {
    var all = new ArrayList<Committed>();
    for (var entry : adoption.entries()) {
      var was = before.get(entry.change());
      all.add(
          was != null && was.entry().equals(entry) ? was : new Committed(entry, adoption.record()));
    }
    return all;
  }

  /**
   * What a record changed.
   *
   * @param change of which change
   * @param epoch in which epoch
   * @param was before, empty if it was not there
   * @param now after, empty if it is gone
   */
  record Line(String change, long epoch, String was, String now) {}

  static List<Line> differences(Map<String, Committed> before, Adoption adoption) {
    var left = new HashMap<>(before);
    var lines = new ArrayList<Line>();
    for (var entry : adoption.entries()) {
      var was = left.remove(entry.change());
      if (was != null && was.entry().equals(entry)) continue;
      var old = was == null ? "" : was.entry().text();
      lines.add(new Line(entry.change(), entry.epoch(), old, entry.text()));
    }
    left.values()
        .forEach(
            gone ->
                lines.add(
                    new Line(
                        gone.entry().change(), gone.entry().epoch(), gone.entry().text(), "")));
    return lines;
  }

  private static void put(StoreTx tx, String scope, Committed one, long wallMs) {
    var entry = one.entry();
    var rollout = entry.rollout();
    tx.update(
        PUT,
        entry.change(),
        scope,
        entry.version(),
        rollout.prior(),
        entry.min(),
        entry.max(),
        rollout.basisPoints(),
        String.join("\n", rollout.include()),
        String.join("\n", rollout.exclude()),
        rollout.frozen(),
        entry.epoch(),
        one.record().generation(),
        one.record().term(),
        one.record().version(),
        wallMs);
  }

  private static void log(StoreTx tx, Line line, Adoption by, long wallMs) {
    var who = by.by(line.change());
    tx.update(
        LOG,
        line.change(),
        line.epoch(),
        line.was(),
        line.now(),
        wallMs,
        who.actor(),
        who.reason());
  }
}
