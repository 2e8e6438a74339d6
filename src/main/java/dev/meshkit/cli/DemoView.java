package dev.meshkit.cli;

import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeaderList;
import dev.meshkit.control.proto.LeadersRequest;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.MemberList;
import dev.meshkit.control.proto.MembersRequest;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.QueueList;
import dev.meshkit.control.proto.QueueRequest;
import dev.meshkit.control.proto.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The demo's questions to its nodes. A node that does not answer agrees to nothing. */
final class DemoView {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final DemoMesh mesh;

  /** A view of {@code mesh}. */
  DemoView(DemoMesh mesh) {
    this.mesh = mesh;
  }

  /** The members as a node sees them. */
  MemberList members(DemoNode node) {
    var ask = MembersRequest.getDefaultInstance();
    return mesh.ask(node)
        .ask("members", PATIENCE, n -> n.members(ask))
        .or(MemberList.getDefaultInstance());
  }

  /** The scopes as a node sees them. */
  LeaderList leaders(DemoNode node) {
    var ask = LeadersRequest.getDefaultInstance();
    return mesh.ask(node)
        .ask("leaders", PATIENCE, n -> n.leaders(ask))
        .or(LeaderList.getDefaultInstance());
  }

  /** Whether the node is READY, sees all five alive, and all five hold its view. */
  boolean agrees(DemoNode node) {
    var all = mesh.nodes().size();
    var ask = StatusRequest.getDefaultInstance();
    var status = mesh.ask(node).ask("status", PATIENCE, n -> n.status(ask));
    if (status.or(NodeStatus.getDefaultInstance()).getState() != NodeStatus.State.READY)
      return false;
    var seen = members(node);
    var alive =
        seen.getItemsList().stream()
            .filter(member -> member.getStatus() == MemberItem.Status.ALIVE)
            .count();
    return alive == all && seen.getKnown() == all && seen.getAgree() == all;
  }

  /** The tenure of a scope that every live node names; empty while they differ or name none. */
  Optional<DemoSightings.Claim> led(String scope) {
    var named = new HashSet<Optional<DemoSightings.Claim>>();
    for (var node : mesh.alive()) named.add(claim(node, scope));
    return named.size() == 1 ? named.iterator().next() : Optional.empty();
  }

  private Optional<DemoSightings.Claim> claim(DemoNode node, String scope) {
    return item(leaders(node), scope).flatMap(DemoSightings.Claim::of);
  }

  private static Optional<LeaderItem> item(LeaderList list, String scope) {
    return list.getItemsList().stream().filter(i -> i.getScope().equals(scope)).findFirst();
  }

  /** What still waits at live nodes, a text a lane; empty when all is settled. */
  List<String> waiting() {
    var waiting = new ArrayList<String>();
    for (var node : mesh.alive()) {
      var answer =
          mesh.ask(node).ask("queue", PATIENCE, n -> n.queue(QueueRequest.getDefaultInstance()));
      if (!answer.isOk()) waiting.add(node + " does not answer");
      for (var lane : answer.or(QueueList.getDefaultInstance()).getItemsList()) {
        var tasks = lane.getReady() + lane.getDelayed() + lane.getLeased();
        if (tasks > 0) waiting.add(node + ">" + lane.getLane() + " " + tasks);
      }
    }
    return waiting;
  }
}
