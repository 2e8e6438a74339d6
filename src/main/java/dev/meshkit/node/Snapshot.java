package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.control.NodeNames;
import dev.meshkit.election.Seat;
import dev.meshkit.gossip.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One moment of the mesh as this node sees it: what each answer is made of. Immutable.
 *
 * @param self this node
 * @param mesh the gossip view
 * @param votes the scopes this node takes part in and that have begun here
 */
record Snapshot(NodeId self, GossipView mesh, SortedMap<Scope, ElectionView> votes) {
  /** The nodes known by name, this one included. */
  NodeNames names() {
    var known = new ArrayList<NodeId>(mesh.members().stream().map(m -> m.node()).toList());
    known.add(self);
    return NodeNames.of(known);
  }

  /** Who leads each scope: this voter's own belief where it votes, hearsay elsewhere. */
  List<ScopeLeader> leaders() {
    var all = new TreeMap<Scope, ScopeLeader>();
    for (var claim : mesh.claims()) all.put(claim.scope(), hearsay(claim));
    votes.forEach((scope, view) -> all.merge(scope, view.decision().by(scope, self), this::better));
    return List.copyOf(all.values());
  }

  /** Who does not vote may hear of a leader later than gossip. */
  private ScopeLeader better(ScopeLeader said, ScopeLeader own) {
    var view = votes.get(own.scope());
    var knows = view != null && (view.seats(self) || !own.leader().isNobody());
    return knows ? own : said;
  }

  /** What a node leads, by scope. */
  List<Scope> ledBy(NodeId node) {
    return leaders().stream()
        .filter(led -> led.leader().equals(node))
        .map(ScopeLeader::scope)
        .toList();
  }

  /** In which of this node's scopes another votes. */
  List<Scope> votedInBy(NodeId node) {
    return votes.entrySet().stream()
        .filter(
            vote ->
                vote.getValue().record().content().voters().stream()
                    .anyMatch(seat -> seat.node().equals(node)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a member is up, as far as this node knows. */
  boolean isUp(NodeId node) {
    return node.equals(self)
        || mesh.members().stream()
            .anyMatch(
                member -> member.node().equals(node) && member.status() == Member.Status.ALIVE);
  }

  /**
   * Whether who has that seat is up and may vote by it: not with another store, as one does whose
   * disk was lost.
   */
  boolean canVote(Seat seat) {
    return isUp(seat.node())
        && mesh.members().stream()
            .filter(member -> member.node().equals(seat.node()))
            .map(MemberDesk::votesBy)
            .allMatch(store -> store.isEmpty() || seat.is(seat.node(), store));
  }

  private static ScopeLeader hearsay(Claim claim) {
    if (claim.leader().isNobody()) {
      return new ScopeLeader(claim.scope(), NodeId.NOBODY, Optional.empty());
    }
    var fence = new dev.meshkit.api.Fence(claim.scope(), claim.generation(), claim.term());
    return new ScopeLeader(claim.scope(), claim.leader(), Optional.of(fence));
  }
}
