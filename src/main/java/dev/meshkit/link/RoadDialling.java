package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.TlsCode;
import dev.meshkit.transport.Approach;
import dev.meshkit.transport.Dialled;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPlan;
import dev.meshkit.transport.RoadPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Dials a peer where its place has no road, as its {@link RoadPlan} permits, and notes what came of
 * it. Whoever calls holds the slot's {@code dialling}; else thread-safe.
 */
final class RoadDialling {
  private static final int MOST_SILENT = 64;

  private final PeerRoads roads;
  private final PeerRoads.Parts parts;
  private final Turnaways turnaways;
  private final Map<Endpoint, MeshError> silent = new ConcurrentHashMap<>(); // few

  RoadDialling(PeerRoads roads, PeerRoads.Parts parts) {
    this.roads = roads;
    this.parts = parts;
    this.turnaways = new Turnaways(parts.clocks().monotonic());
  }

  /**
   * Blocks at most 5 s; not at all if the peer must not be dialled, or nobody knows where it is.
   */
  Result<Road> dial(RoadSlot slot) throws InterruptedException {
    var refused = slot.plan.refusal(roads.facts().now());
    if (refused.isPresent()) return Result.err(refused.get());
    var version = parts.policy().apply(slot.peer);
    if (version.isEmpty()) return noCommonRoad(slot.peer);
    var legacy = version.getAsInt() == RoadPolicy.LEGACY;
    var at = legacy ? parts.legacy().apply(slot.peer) : roads.where(slot);
    if (at.equals(Endpoint.NONE))
      return legacy ? NoRoad.noLegacyPort(slot.peer) : NoRoad.unknown(slot.peer, someSilence());
    var to = new Approach(at, slot.peer, slot.plan.doubtsH3(roads.facts()));
    var dialled = legacy ? parts.transport().dial(RoadKind.LEGACY, to) : parts.transport().dial(to);
    return dialled.map(won -> won(slot, won)).onErr(why -> failed(slot, why));
  }

  private Road won(RoadSlot slot, Dialled won) {
    var road = won.road();
    slot.plan = slot.plan.won(road.kind(), won.downgrade().isPresent(), roads.facts());
    if (won.isOfUdp()) slot.plan = slot.plan.doubtful(roads.facts());
    if (won.undecided()) slot.plan = slot.plan.undecided(roads.facts());
    slot.pace.reset();
    won.downgrade()
        .ifPresentOrElse(
            reason -> parts.history().downgraded(slot.peer, reason),
            () -> parts.history().preferred(slot.peer));
    parts.history().won(slot.peer, road.kind());
    roads.install(slot, road);
    return road;
  }

  /**
   * Puts another road in the place of a silent one before that is given up, or soon after. Empty if
   * it speaks again, or nothing else was reached. Blocks at most 5.25 s.
   */
  Optional<Road> beside(RoadSlot slot, Road silent) throws InterruptedException {
    return switch (parts.transport().dialBeside(silent, roads.where(slot))) {
      case Result.Ok<Dialled>(var won) when won.road() == silent -> Optional.empty();
      case Result.Ok<Dialled>(var won) -> Optional.of(won(slot, won));
      case Result.Err<Dialled>(var why) -> {
        inVain(slot, silent, why);
        yield Optional.empty();
      }
    };
  }

  /** The silent road may yet speak; nobody else is dialled in its place before its time. */
  private void inVain(RoadSlot slot, Road silent, MeshError why) {
    var refused = RoadFailure.kindOf(why) == RoadFailure.Kind.IDENTITY;
    if (!refused && slot.holds(silent)) {
      slot.pace.failed(roads.facts().now(), parts.chance());
      return;
    }
    failed(slot, why);
    if (refused) roads.end(slot, silent, RoadHistory.BLOCKED);
  }

  /** A dial failed. */
  void failed(RoadSlot slot, MeshError why) {
    slot.plan = slot.plan.failed(why, roads.facts());
    slot.pace.failed(roads.facts().now(), parts.chance());
    slot.failed(why);
    var code = code(why);
    if (slot.plan.state() instanceof RoadPlan.State.Blocked) {
      parts.history().blocked(slot.peer, code);
    } else {
      parts.history().failed(slot.peer, code);
    }
  }

  /**
   * Dials whoever is at {@code seed}, and keeps the road if there is none to that peer yet. Where
   * the legacy socket is to be used, the road carries until the peer has said its legacy port; once
   * it has, that is what is dialled. Nobody is dialled while the peer that is there is blocked.
   */
  Result<NodeId> greet(Endpoint seed) throws InterruptedException {
    var known = roads.slots().stream().filter(slot -> isAt(slot, seed)).toList();
    var refused = refusal(known, seed);
    if (refused.isPresent()) return Result.err(refused.get());
    for (var slot : known) {
      if (parts.policy().apply(slot.peer).isEmpty()) return noCommonRoad(slot.peer).cast();
      if (isOfLegacy(slot) && !isBlocked(slot)) return roads.to(slot.peer).map(Road::peer);
    }
    var dialled = parts.transport().dial(Approach.to(seed, NodeId.NOBODY));
    if (!(dialled instanceof Result.Ok<Dialled>(var won))) {
      return dialled.<NodeId>cast().onErr(why -> failed(known, seed, why));
    }
    return met(seed, won);
  }

  private Optional<MeshError> refusal(List<RoadSlot> known, Endpoint seed) {
    return known.stream()
        .flatMap(slot -> slot.plan.refusal(roads.facts().now()).stream())
        .filter(why -> !isOfAnother(why))
        .findFirst()
        .or(() -> turnaways.at(seed));
  }

  /** Another node than the one that was looked for: whoever is asked there is not that peer. */
  private static boolean isOfAnother(MeshError why) {
    return TlsCode.OTHER_NODE.text().equals(why.details().get("mk"));
  }

  private boolean isAt(RoadSlot slot, Endpoint place) {
    return place.equals(slot.greetedAt()) || place.equals(parts.whereabouts().apply(slot.peer));
  }

  private boolean isOfLegacy(RoadSlot slot) {
    var version = parts.policy().apply(slot.peer);
    return version.isPresent()
        && version.getAsInt() == RoadPolicy.LEGACY
        && !parts.legacy().apply(slot.peer).equals(Endpoint.NONE);
  }

  private boolean isBlocked(RoadSlot slot) {
    return slot.plan.refusal(roads.facts().now()).isPresent();
  }

  private void failed(List<RoadSlot> known, Endpoint seed, MeshError why) {
    if (RoadFailure.kindOf(why) == RoadFailure.Kind.IDENTITY) {
      turnaways.add(seed, why, roads.facts().now().plus(parts.times().blocked()));
    } else if (code(why).equals(RoadFailure.NO_UDP)) {
      for (var slot : known) parts.history().failed(slot.peer, RoadFailure.NO_UDP);
      if (known.isEmpty() && silent.size() < MOST_SILENT && silent.put(seed, why) == null) {
        parts.history().silent(seed);
      }
    }
  }

  /** Why somebody who might know where a peer is was not reached, if so. */
  private Optional<MeshError> someSilence() {
    return silent.values().stream().findFirst();
  }

  private Result<Road> noCommonRoad(NodeId peer) {
    parts.history().failed(peer, NoRoad.NO_VERSION);
    return NoRoad.noCommonRoad(peer);
  }

  /** The MK code of an error. */
  static String code(MeshError why) {
    return why.details().getOrDefault("mk", why.code());
  }

  /** What was refused where a peer is says nothing any more. */
  void forgiven(RoadSlot slot) {
    turnaways.forget(roads.where(slot));
    turnaways.forget(slot.greetedAt());
  }

  /** What was refused anywhere says nothing any more. */
  void forgiven() {
    turnaways.forgetAll();
  }

  private Result<NodeId> met(Endpoint seed, Dialled won) {
    var peer = won.road().peer();
    silent.remove(seed);
    if (parts.policy().apply(peer).isEmpty()) {
      won.road().abandon();
      return noCommonRoad(peer).cast();
    }
    var slot = roads.slot(peer);
    slot.dialling.lock();
    try {
      slot.greetedAt(seed);
      if (slot.road().isEmpty()) {
        won(slot, won);
      } else {
        won.road().abandon();
      }
    } finally {
      slot.dialling.unlock();
    }
    return Result.ok(peer);
  }
}
