package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Look;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.nio.file.Path;

/**
 * That a node has both of its databases, or neither: one alone means that the other was lost, and
 * what had been promised by it would be forgotten without a word.
 *
 * <p>Votes are made before messages, so messages alone mean lost votes. Votes alone may also mean a
 * first start that ended between the two; so each start, once nothing of it can fail any more,
 * notes among the votes which messages there are.
 *
 * @param mesh the file of messages
 * @param votes the file of votes
 */
record BothFiles(Path mesh, Path votes) {
  /** In {@code meta} of the votes: the identity of the messages. */
  private static final String NOTE = "mesh_store";

  private static final String PUT = "INSERT OR REPLACE INTO meta (k, t) VALUES (?, ?)";

  /** Refuses a directory in which one of them is lost: {@code MK-ELE-004}, {@code MK-STO-008}. */
  Result<Unit> check() {
    if (Look.isBlank(votes)) {
      return Look.isBlank(mesh) ? Result.ok() : Result.err(votesLost());
    }
    return Look.fact(votes, NOTE).isPresent() ? messagesThere() : Result.ok();
  }

  /**
   * The same, of votes that are open: a log that could not be read before without leaving a trace
   * has been read now.
   */
  Result<Unit> check(Store open) {
    return open.meta().containsKey(NOTE) ? messagesThere() : Result.ok();
  }

  /** Notes that there are messages, durably; blocks for a commit, at the first start only. */
  static Result<Unit> note(Store messages, Store votes) throws InterruptedException {
    var uuid = messages.uuid().hex();
    if (uuid.equals(votes.meta().get(NOTE))) return Result.ok();
    return votes.submit(
        Op.record(
            "node.note",
            tx -> {
              tx.update(PUT, NOTE, uuid);
              return Unit.UNIT;
            }));
  }

  private Result<Unit> messagesThere() {
    return Look.isBlank(mesh) ? Result.err(messagesLost()) : Result.ok();
  }

  private MeshError votesLost() {
    return lost(
        "MK-ELE-004",
        "this node ran here before, and election.db is gone: without it the node could vote a"
            + " second time in a term, and two leaders get one fence",
        "put election.db back, or give the node a name and a data directory of its own");
  }

  private MeshError messagesLost() {
    return lost(
        "MK-STO-008",
        "this node ran here before, and mesh.db is gone or empty: what had been queued in it would"
            + " be lost, and what was applied before could be applied again",
        "put mesh.db back, with its -wal if there is one; or, to give up what was in it: sqlite3 "
            + votes
            + " \"DELETE FROM meta WHERE k = '"
            + NOTE
            + "'\"");
  }

  private MeshError lost(String mk, String why, String fix) {
    return MeshError.of(
            "error.store.corrupt",
            "starting on " + mesh.getParent(),
            why,
            fix,
            MeshError.Retry.NEVER)
        .with("mk", mk);
  }
}
