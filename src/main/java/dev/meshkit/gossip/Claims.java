package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who is said to lead what. A leader repeats its claims; they are part of no root. */
final class Claims {
  private static final Duration REPEAT = Duration.ofSeconds(10);
  private static final int MAX_SCOPES = 1_000;

  private final NodeId self;
  private final Rumours rumours;
  private final SortedMap<Scope, Claim> newest = new TreeMap<>();
  private final SortedMap<Scope, Claim> held = new TreeMap<>();
  private long version;
  private Instant nextRepeat = Instant.MAX;

  Claims(NodeId self, Rumours rumours) {
    this.self = self;
    this.rumours = rumours;
  }

  /** This node gained a tenure. */
  void gained(Turn turn, Claim claim) {
    held.put(claim.scope(), claim);
    if (nextRepeat.equals(Instant.MAX)) nextRepeat = turn.now.plus(REPEAT);
    hear(turn, claim, self);
  }

  /** This node's tenure of a scope has ended, and everyone may know. */
  void lost(Turn turn, Scope scope) {
    var claim = held.remove(scope);
    if (claim != null) hear(turn, claim.ended(), self);
    if (held.isEmpty()) nextRepeat = Instant.MAX;
  }

  /** What somebody says of a scope. */
  void hear(Turn turn, Claim claim, NodeId teller) {
    var known = newest.get(claim.scope());
    if (known == null ? newest.size() >= MAX_SCOPES : !claim.beats(known)) return;
    var past = claim.leader().equals(self) && !claim.equals(held.get(claim.scope()));
    newest.put(claim.scope(), past ? claim.ended() : claim); // a tenure of an earlier life of mine
    version++;
    var source = past ? self : teller;
    rumours.changed(turn, new Rumour.OfClaim(claim.scope()), true, source);
  }

  /** Repeats what this node holds, every 10 s, for those who came late. */
  void repeat(Turn turn) {
    if (nextRepeat.isAfter(turn.now)) return;
    nextRepeat = turn.now.plus(REPEAT);
    for (var scope : held.keySet()) rumours.changed(turn, new Rumour.OfClaim(scope), true, self);
  }

  /** When {@link #repeat} has something to do. */
  Instant due() {
    return nextRepeat;
  }

  /** The newest of one scope that was heard of. */
  Claim of(Scope scope) {
    var claim = newest.get(scope);
    return claim == null ? new Claim(scope, 0, 0, NodeId.NOBODY) : claim;
  }

  /** Grows whenever a claim changed. */
  long version() {
    return version;
  }

  /** All, by scope. */
  List<Claim> all() {
    return new ArrayList<>(newest.values());
  }
}
