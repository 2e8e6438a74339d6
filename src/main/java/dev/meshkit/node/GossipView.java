package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Sums;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The mesh as the gossip loop last saw it. Immutable, so any thread may read it.
 *
 * @param members all shown, this node included, by name
 * @param claims who is said to lead each scope, by scope
 * @param joined whether another let this node in, or there is nobody to ask
 * @param sums equal at nodes that hold the same
 * @param endpoints where each member is reached
 * @param legacy where the legacy port of each is that has one
 */
record GossipView(
    List<Member> members,
    List<Claim> claims,
    boolean joined,
    Sums sums,
    Map<NodeId, Endpoint> endpoints,
    Map<NodeId, Endpoint> legacy) {
  /** Before the first step. */
  static final GossipView EMPTY = of(List.of(), List.of(), false, Sums.ZERO);

  /** Copies the collections. */
  GossipView {
    members = List.copyOf(members);
    claims = List.copyOf(claims);
    endpoints = Map.copyOf(endpoints);
    legacy = Map.copyOf(legacy);
  }

  /** A view; the endpoints and legacy ports are the members'. */
  static GossipView of(List<Member> members, List<Claim> claims, boolean joined, Sums sums) {
    var endpoints = members.stream().collect(Collectors.toMap(Member::node, Member::at));
    var legacy = new HashMap<NodeId, Endpoint>();
    for (var member : members) {
      var at = MemberDesk.legacyAt(member);
      if (!at.equals(Endpoint.NONE)) legacy.put(member.node(), at);
    }
    return new GossipView(members, claims, joined, sums, endpoints, legacy);
  }

  /** Where a member's legacy port is, {@link Endpoint#NONE} if it has none, or is unknown. */
  Endpoint legacyAt(NodeId id) {
    return legacy.getOrDefault(id, Endpoint.NONE);
  }

  /** The members whose legacy port is not where it was, or was not known. */
  Set<NodeId> served(GossipView before) {
    if (legacy.equals(before.legacy)) return Set.of();
    var fresh = new HashSet<NodeId>();
    legacy.forEach(
        (id, at) -> {
          if (!at.equals(before.legacyAt(id))) fresh.add(id);
        });
    return fresh;
  }

  /** Where a member is reached, {@link Endpoint#NONE} if unknown. */
  Endpoint at(NodeId id) {
    return endpoints.getOrDefault(id, Endpoint.NONE);
  }
}
