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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /**
   * Why the five do not agree, if they do not: each must be READY and see all five alive, everybody
   * in the life that this one says it is in. Asked of each of them, so nothing of it is hearsay.
   */
  Optional<String> dissent() {
    var lives = new TreeMap<String, Long>();
    var views = new LinkedHashMap<DemoNode, MemberList>();
    for (var node : mesh.nodes()) {
      var ask = StatusRequest.getDefaultInstance();
      var status = mesh.ask(node).ask("status", PATIENCE, n -> n.status(ask));
      if (!status.isOk()) return Optional.of(node + " does not answer");
      var state = status.or(NodeStatus.getDefaultInstance()).getState();
      if (state != NodeStatus.State.READY) return Optional.of(node + " is " + state);
      views.put(node, members(node));
    }
    views.forEach(
        (node, view) ->
            view.getItemsList().stream()
                .filter(member -> member.getNode().equals(node.name()))
                .forEach(member -> lives.put(node.name(), member.getGeneration())));
    return views.entrySet().stream()
        .flatMap(view -> dissent(view.getKey(), view.getValue(), lives).stream())
        .findFirst();
  }

  private static Optional<String> dissent(
      DemoNode seer, MemberList view, SortedMap<String, Long> lives) {
    var unseen = new TreeSet<>(lives.keySet());
    for (var member : view.getItemsList()) {
      unseen.remove(member.getNode());
      if (member.getStatus() != MemberItem.Status.ALIVE)
        return Optional.of(seer + " sees " + member.getNode() + " " + member.getStatus());
      if (member.getGeneration() != lives.getOrDefault(member.getNode(), 0L))
        return Optional.of(seer + " knows another life of " + member.getNode());
    }
    return unseen.isEmpty()
        ? Optional.empty()
        : Optional.of(seer + " does not know " + unseen.first());
  }

  /** The tenure of a scope that every live node names; empty while they differ or name none. */
  Optional<DemoSightings.Claim> led(String scope) {
    var named = new HashSet<Optional<DemoSightings.Claim>>();
    for (var node : mesh.alive()) named.add(claim(node, scope));
    return named.size() == 1 ? named.iterator().next() : Optional.empty();
  }

  /** The first scope that has fewer voters than it will have, with how many; empty if none has. */
  Optional<String> fewVoters() {
    for (var wanted : Map.of("global", 5, "region/eu", 3, "region/us", 1).entrySet()) {
      var most = voters(wanted.getKey());
      if (most < wanted.getValue())
        return Optional.of(wanted.getKey() + " has " + most + " voters");
    }
    return Optional.empty();
  }

  /** How many vote in a scope: as many as the live node says that knows of most. */
  int voters(String scope) {
    var most = 0;
    for (var node : mesh.alive())
      for (var item : item(leaders(node), scope).stream().toList())
        most = Math.max(most, item.getVotersCount());
    return most;
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
