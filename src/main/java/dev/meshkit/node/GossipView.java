package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Sums;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The mesh as the gossip loop last saw it. Immutable, so any thread may read it.
 *
 * @param members all shown, this node included, by name
 * @param claims who is said to lead each scope, by scope
 * @param joined whether another let this node in, or there is nobody to ask
 * @param sums equal at nodes that hold the same
 * @param endpoints where each member is reached
 */
record GossipView(
    List<Member> members,
    List<Claim> claims,
    boolean joined,
    Sums sums,
    Map<NodeId, Endpoint> endpoints) {
  /** Before the first step. */
  static final GossipView EMPTY = of(List.of(), List.of(), false, Sums.ZERO);

  /** Copies the collections. */
  GossipView {
    members = List.copyOf(members);
    claims = List.copyOf(claims);
    endpoints = Map.copyOf(endpoints);
  }

  /** A view; the endpoints are the members'. */
  static GossipView of(List<Member> members, List<Claim> claims, boolean joined, Sums sums) {
    var endpoints = members.stream().collect(Collectors.toMap(Member::node, Member::at));
    return new GossipView(members, claims, joined, sums, endpoints);
  }

  /** Where a member's legacy port is, {@link Endpoint#NONE} if it has none, or is unknown. */
  Endpoint legacyAt(NodeId id) {
    for (var member : members) if (member.node().equals(id)) return MemberDesk.legacyAt(member);
    return Endpoint.NONE;
  }

  /** Where a member is reached, {@link Endpoint#NONE} if unknown. */
  Endpoint at(NodeId id) {
    return endpoints.getOrDefault(id, Endpoint.NONE);
  }
}
