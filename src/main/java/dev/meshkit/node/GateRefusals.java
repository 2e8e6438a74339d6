package dev.meshkit.node;

import static dev.meshkit.control.proto.ChangeGateRequest.Verb.ROLLBACK;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.control.GateOrder;
import dev.meshkit.election.Author;
import dev.meshkit.gate.RecordId;
import dev.meshkit.node.GateCatalogue.Standing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Why an order on a gate is refused whatever its verb makes of the entry: somebody else was first,
 * or did not answer. Thread-safe.
 *
 * @param wall says how long ago that was
 */
record GateRefusals(InstantSource wall) {
  /** What an order was decided on is not what there is. */
  Optional<MeshError> of(GateOrder order, RecordId expected, Standing standing) {
    return expected.equals(standing.by().record())
        ? twice(order, standing)
        : Optional.of(moved(order, expected, standing));
  }

  /** The record is another than expected: what it is, and who has changed the gate last. */
  MeshError moved(GateOrder order, RecordId expected, Standing now) {
    var record = now.by().record();
    var entry = now.by().entry().text();
    var by =
        GateCommandId.last(now.view().content().audit(), order.change())
            .map(author -> ", last changed by " + who(author))
            .orElse("");
    return MeshError.of(
            "error.conflict",
            "changing " + order.change(),
            "the record is at "
                + (record + ", not " + expected + ", and the gate at " + entry + by),
            "nothing was changed; look again with meshkit gate plan %s, then --expect %s"
                .formatted(order.change(), record),
            MeshError.Retry.NEVER)
        .with("entry", entry)
        .with("record", record.toString())
        .with("mk", "MK-GAT-003");
  }

  /** The same, where this node has not heard yet of what was committed. */
  static MeshError unheard(GateOrder order, long version) {
    return MeshError.of(
            "error.conflict",
            "changing " + order.change(),
            "version %d of the record was committed meanwhile, and this node has not heard of it"
                .formatted(version),
            "nothing was changed; look again in a moment with meshkit gate plan " + order.change(),
            MeshError.Retry.NEVER)
        .with("mk", "MK-GAT-003");
  }

  /**
   * Of two operators who both see an alarm the second would take back what the first has done: who
   * goes on from a rollback says to which version.
   */
  private Optional<MeshError> twice(GateOrder order, Standing standing) {
    if (order.verb() != ROLLBACK || order.version() != 0) return Optional.empty();
    var entry = standing.by().entry();
    if (entry.prior() == entry.version()) return Optional.empty(); // there is nowhere to go back to
    return GateCommandId.rolledBack(standing.view().content().audit(), order.change())
        .map(
            author ->
                MeshError.of(
                        "error.precondition",
                        "rollback of " + order.change(),
                        "it is rolled back already, to version %d by %s"
                            .formatted(entry.version(), who(author)),
                        "nothing was changed; to run version %1$d again say so: --to %1$d"
                            .formatted(entry.prior()),
                        MeshError.Retry.NEVER)
                    .with("mk", "MK-GAT-006"));
  }

  private String who(Author author) {
    var ago = Math.max(0, Duration.between(author.wall(), wall.instant()).toSeconds());
    var reason = author.reason().isEmpty() ? "" : ": " + author.reason();
    return author.actor() + " " + ago + " s ago" + reason;
  }

  /** Members that did not say what they can run. */
  static MeshError silent(GateOrder order, GateMembers members) {
    var who = String.join(", ", members.silent().stream().map(NodeId::toString).toList());
    return MeshError.of(
            "error.precondition",
            "changing " + order.change(),
            who + " did not say what it can run",
            "try again once it answers, or let it leave; an advance can be forced",
            MeshError.Retry.NEVER)
        .with("members", who)
        .with("mk", "MK-GAT-004");
  }
}
