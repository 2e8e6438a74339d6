package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Onlooker;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Stored;
import dev.meshkit.store.StoreTx;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A voter's term, vote and records in {@code election.db}. Each method runs in the transaction it
 * is given, hence on the committer thread.
 */
final class ElectionTable {
  private static final int LATEST = 0;
  private static final int VIEW = 1;

  private static final String BALLOT =
      """
      SELECT gen, genesis, term, voted, rec_term, rec_version, cap_ms, crc FROM ballot
      WHERE scope = ?""";
  private static final String SAVE_BALLOT =
      """
      INSERT INTO ballot(scope, gen, genesis, term, voted, rec_term, rec_version, cap_ms, crc)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(scope) DO UPDATE SET gen = excluded.gen, genesis = excluded.genesis,
        term = excluded.term, voted = excluded.voted, rec_term = excluded.rec_term,
        rec_version = excluded.rec_version, cap_ms = excluded.cap_ms, crc = excluded.crc""";
  private static final String RECORD =
      "SELECT rec_term, rec_version, hash, body FROM record WHERE scope = ? AND kind = ?";
  private static final String MOVE_RECORD =
      """
      UPDATE record SET rec_term = ?, rec_version = ?
      WHERE scope = ? AND kind = ? AND gen = ? AND hash = ?""";
  private static final String SAVE_RECORD =
      """
      INSERT INTO record(scope, kind, gen, rec_term, rec_version, hash, body)
      VALUES(?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(scope, kind) DO UPDATE SET gen = excluded.gen, rec_term = excluded.rec_term,
        rec_version = excluded.rec_version, hash = excluded.hash, body = excluded.body""";

  private ElectionTable() {}

  private record Ballot(
      int generation, Bytes genesis, long term, NodeId voted, RecordId rec, long capMs, long crc) {}

  /**
   * The scope's state, created if there is none. Refuses, and changes nothing, when the row is not
   * what was written (E3), or belongs to voters configured otherwise.
   */
  static Result<Stored> load(StoreTx tx, ElectionOptions options) {
    var scope = options.scope().text();
    var found = tx.first(BALLOT, ElectionTable::ballot, scope);
    if (found.isEmpty()) {
      var durable = Durable.fresh(begun(tx, options));
      save(tx, options, durable);
      return Result.ok(new Stored(durable, PeerTable.load(tx, options.scope()), true));
    }
    var ballot = found.get();
    if (ballot.crc() != crc(scope, ballot)) return Result.err(damaged(scope, "its checksum"));
    var configured = options.first().content();
    if (ballot.generation() == configured.generation()
        && !ballot.genesis().equals(configured.genesis())) return Result.err(otherVoters(scope));
    var latest = record(tx, scope, LATEST);
    var view = record(tx, scope, VIEW);
    if (latest.isEmpty() || view.isEmpty() || !latest.get().id().equals(ballot.rec()))
      return Result.err(damaged(scope, "its record"));
    var cap = Duration.ofMillis(ballot.capMs());
    var durable = new Durable(ballot.term(), ballot.voted(), latest.get(), view.get(), cap);
    return Result.ok(new Stored(durable, PeerTable.load(tx, options.scope()), false));
  }

  /** One that begins to vote begins with what it knew as an onlooker: a view never goes back. */
  private static ScopeRecord begun(StoreTx tx, ElectionOptions options) {
    var first = options.first();
    return record(tx, options.scope().text(), VIEW)
        .filter(view -> Onlooker.goesOver(first, view))
        .orElse(first);
  }

  /** Writes the whole state of a scope. Terms and ids only grow, so the last one written counts. */
  static Unit save(StoreTx tx, ElectionOptions options, Durable durable) {
    var scope = options.scope().text();
    var content = durable.record().content();
    var ballot =
        new Ballot(
            content.generation(),
            content.genesis(),
            durable.term(),
            durable.voted(),
            durable.record().id(),
            durable.cap().toMillis(),
            0);
    tx.update(
        SAVE_BALLOT,
        scope,
        ballot.generation(),
        ballot.genesis(),
        ballot.term(),
        voted(ballot.voted()),
        ballot.rec().term(),
        ballot.rec().version(),
        ballot.capMs(),
        crc(scope, ballot));
    put(tx, scope, LATEST, durable.record());
    put(tx, scope, VIEW, durable.view());
    return Unit.UNIT;
  }

  private static void put(StoreTx tx, String scope, int kind, ScopeRecord record) {
    var id = record.id();
    var content = record.content();
    var generation = content.generation();
    var moved =
        tx.update(MOVE_RECORD, id.term(), id.version(), scope, kind, generation, content.hash());
    if (moved == 1) return;
    var body = ElectCodec.record(record);
    tx.update(SAVE_RECORD, scope, kind, generation, id.term(), id.version(), content.hash(), body);
  }

  /** Empty when there is none, or when it is not what its hash says. */
  private static Optional<ScopeRecord> record(StoreTx tx, String scope, int kind) {
    return tx.first(RECORD, ElectionTable::stored, scope, kind).flatMap(Body::record);
  }

  /** A record as it is stored, before it is read. */
  record Body(RecordId id, Bytes hash, Bytes body) {
    /** Empty when it is not what its hash says. */
    Optional<ScopeRecord> record() {
      return switch (ElectCodec.record(body)) {
        case Decoded.Malformed<ScopeRecord> _ -> Optional.empty();
        case Decoded.Whole<ScopeRecord>(var record) ->
            record.content().hash().equals(hash) ? Optional.of(record.as(id)) : Optional.empty();
      };
    }
  }

  /** One row of {@code record}. */
  static Body stored(ResultSet row) throws SQLException {
    var id = new RecordId(row.getLong("rec_term"), row.getLong("rec_version"));
    return new Body(id, Bytes.of(row.getBytes("hash")), Bytes.of(row.getBytes("body")));
  }

  private static Ballot ballot(ResultSet row) throws SQLException {
    var voted = row.getBytes("voted");
    return new Ballot(
        row.getInt("gen"),
        Bytes.of(row.getBytes("genesis")),
        row.getLong("term"),
        voted == null ? NodeId.NOBODY : NodeId.parse(new String(voted, StandardCharsets.UTF_8)),
        new RecordId(row.getLong("rec_term"), row.getLong("rec_version")),
        row.getLong("cap_ms"),
        row.getLong("crc"));
  }

  private static Object voted(NodeId who) {
    return who.isNobody() ? Unit.UNIT : Bytes.utf8(who.toString());
  }

  private static long crc(String scope, Ballot ballot) {
    var said =
        String.join(
            "|",
            scope,
            Integer.toString(ballot.generation()),
            ballot.genesis().hex(),
            Long.toString(ballot.term()),
            ballot.voted().toString(),
            ballot.rec().toString(),
            Long.toString(ballot.capMs()));
    var crc = new CRC32C();
    crc.update(said.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  private static MeshError damaged(String scope, String what) {
    return MeshError.of(
            "error.store.corrupt",
            "reading this node's votes in " + scope,
            what + " does not fit what is stored: election.db was damaged or edited",
            "put an election.db from before the damage back, or give the node a name and a data"
                + " directory of its own: under this name it could vote twice in a term",
            MeshError.Retry.NEVER)
        .with("mk", "MK-ELE-001");
  }

  private static MeshError otherVoters(String scope) {
    return MeshError.of(
            "error.validation",
            "starting the election of " + scope,
            "election.db took part with other voters than the configuration now names",
            "restore election voters in the configuration: they are the same on every node for good",
            MeshError.Retry.NEVER)
        .with("mk", "MK-ELE-002");
  }
}
