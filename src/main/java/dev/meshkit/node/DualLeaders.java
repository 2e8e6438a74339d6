package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Input;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells of two nodes that lead a scope in the same term, which never happens unless a store was
 * copied or restored, or the scope was born twice: of the scopes that this node takes part in. Each
 * pair is told once a fence by each loop that finds it, and to that loop it is confined.
 */
final class DualLeaders {
  private static final System.Logger LOG = System.getLogger(DualLeaders.class.getName());

  private static final int MOST_TOLD = 64; // what comes after is counted only
  private static final long WILD = 1 << 20; // so far ahead no term is believed, as in an election

  private final NodeId self;
  private final Meters meters;
  private final NodeEvent.Sink events;
  private final Map<Scope, Claim> latest = new HashMap<>(); // of the latest term that was heard of
  private final Map<Scope, Claim> own = new HashMap<>(); // this node's tenures
  private final Set<Pair> told = new HashSet<>();
  private final Set<Scope> scopes;

  /** Who, in which order ever, and where. */
  private record Pair(NodeId one, NodeId other, Scope scope, int generation, long term) {
    static Pair of(NodeId other, Claim claim) {
      var first = claim.leader().compareTo(other) < 0;
      return new Pair(
          first ? claim.leader() : other,
          first ? other : claim.leader(),
          claim.scope(),
          claim.generation(),
          claim.term());
    }
  }

  DualLeaders(NodeId self, Meters meters, NodeEvent.Sink events) {
    this.self = self;
    this.scopes = Set.of(Scope.GLOBAL, Scope.region(self.region()));
    this.meters = meters;
    this.events = events;
  }

  /** What gossip hears, and what this node says itself. */
  void hear(Input input) {
    switch (input) {
      case Input.Received(_, var frame) -> frame.claims().forEach(this::hear);
      case Input.Synced(_, var theirs) -> theirs.claims().forEach(this::hear);
      case Input.SyncAsked(_, var theirs, _) -> theirs.claims().forEach(this::hear);
      case Input.Claimed(var claim) -> {
        own.put(claim.scope(), claim);
        hear(claim);
      }
      case Input.Unclaimed(var scope) -> own.remove(scope);
      case Input.Tick _,
          Input.LinkUp _,
          Input.LinkDown _,
          Input.Dialled _,
          Input.Undialled _,
          Input.SyncFailed _,
          Input.Saved _,
          Input.Seeds _,
          Input.Viewed _,
          Input.Revoked _,
          Input.Unfetched _,
          Input.Described _,
          Input.Leave _ -> {}
    }
  }

  /** The end of a tenure names nobody; that of an earlier term is no news. */
  private void hear(Claim claim) {
    var scope = claim.scope();
    if (claim.leader().isNobody() || !scopes.contains(scope)) return;
    for (var known : List.of(latest.getOrDefault(scope, claim), own.getOrDefault(scope, claim)))
      if (isOneTerm(known, claim) && !known.leader().equals(claim.leader()))
        found(known.leader(), claim);
    var held = latest.get(scope);
    if (held == null || (claim.beats(held) && !isOneTerm(held, claim) && !isWild(held, claim)))
      latest.put(scope, claim);
  }

  private static boolean isOneTerm(Claim one, Claim other) {
    return one.generation() == other.generation() && one.term() == other.term();
  }

  private static boolean isWild(Claim known, Claim claim) {
    return claim.term() - known.term() > WILD || claim.generation() - known.generation() > WILD;
  }

  /** {@code other} leads, too, what {@code claim} says that somebody does. */
  void found(NodeId other, Claim claim) {
    var pair = Pair.of(other, claim);
    if (told.contains(pair)) return;
    var scope = claim.scope().text();
    meters.count(Metric.DUAL_LEADERS_TOTAL, scope);
    if (told.size() == MOST_TOLD) return; // or whoever makes claims up would fill log and history
    told.add(pair);
    var fence = new Fence(claim.scope(), claim.generation(), claim.term()).text();
    var text = pair.one() + " and " + pair.other() + " both lead " + scope + " under " + fence;
    var facts =
        Map.of("one", pair.one().toString(), "other", pair.other().toString(), "fence", fence);
    var event = NodeEvent.error("leader.dual", pair.other().toString(), text);
    events.accept(event.of(scope, pair.term()).coded("MK-ELE-003").with(facts));
    LOG.log(Level.ERROR, text + " node=" + self);
  }
}
