package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.ForgetOrder;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.QueueStats;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * An operator's word that a node is gone for good, and its end: it concerns what this node has for
 * it, and nothing else. Thread-safe.
 *
 * @param self this node
 * @param forgotten whom they said it of
 * @param outbound sends to them, or no more
 * @param queue what waits
 */
record ForgetDesk(
    NodeId self, ForgottenPeers forgotten, Outbound outbound, Supplier<QueueStats> queue) {
  /** Carries an order out; {@code members} are those that gossip knows. */
  Result<Forgot> forget(ForgetOrder order, Collection<NodeId> members) throws InterruptedException {
    var names = names(members);
    return switch (names.node(order.node())) {
      case Result.Err<NodeId>(var error) -> Result.err(error);
      case Result.Ok<NodeId>(var node) ->
          order.undo() ? undo(order, node, names) : forget(order, node, names);
    };
  }

  /** Nodes are named by what waits for them, too: gossip may know nothing of them any more. */
  private NodeNames names(Collection<NodeId> members) {
    var known = new TreeSet<>(members);
    known.addAll(forgotten.nodes());
    for (var lane : queue.get().lanes()) known.add(NodeId.parse(lane.lane().key()));
    return NodeNames.of(known);
  }

  private Result<Forgot> forget(ForgetOrder order, NodeId node, NodeNames names)
      throws InterruptedException {
    var refused = node.equals(self) ? Optional.of(own()) : forgotten.refusal(node);
    if (refused.isPresent()) return Result.err(refused.get());
    var answer = waiting(node).setNode(names.text(node)).setDryRun(order.dryRun());
    if (order.dryRun()) return Result.ok(answer.build());
    return forgotten
        .forget(node, order.by())
        .onOk(_ -> outbound.gone(node))
        .map(audit -> answer.setAudit(audit).build());
  }

  /** How much ends, and how much only once its lane is resumed. */
  private Forgot.Builder waiting(NodeId node) {
    var stats = queue.get();
    var lanes =
        stats.lanes().stream()
            .filter(lane -> lane.lane().key().equals(node.toString()))
            .filter(lane -> lane.live() > 0)
            .toList();
    var open = lanes.stream().filter(lane -> !stats.paused() && !lane.paused()).toList();
    return Forgot.newBuilder()
        .setLanes(open.size())
        .setMessages(live(open))
        .setPaused(live(lanes) - live(open));
  }

  private static long live(List<LaneStats> lanes) {
    return lanes.stream().mapToLong(LaneStats::live).sum();
  }

  private Result<Forgot> undo(ForgetOrder order, NodeId node, NodeNames names)
      throws InterruptedException {
    var answer =
        Forgot.newBuilder().setNode(names.text(node)).setUndone(true).setDryRun(order.dryRun());
    if (order.dryRun())
      return forgotten.isForgotten(node)
          ? Result.ok(answer.build())
          : Result.err(ForgottenPeers.unknown(node));
    return forgotten
        .remember(node, order.by())
        .onOk(_ -> outbound.linkUp(node))
        .map(audit -> answer.setAudit(audit).build());
  }

  private MeshError own() {
    return MeshError.validation(
        "forgetting " + self,
        "it is the node that is asked",
        "name another, or ask another with --data");
  }
}
