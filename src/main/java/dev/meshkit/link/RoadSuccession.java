package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.transport.Approach;
import dev.meshkit.transport.Dialled;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPlan;
import dev.meshkit.transport.RoadPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Puts one road in the place of another, whose streams then move: of another version, of a better
 * kind, or of the same kind but fresh. The road that is left stays where a successor cannot be had,
 * unless an identity was refused: nobody is talked to over a road with whom another one says not
 * to. Thread-safe.
 */
final class RoadSuccession {
  private static final System.Logger LOG = System.getLogger(RoadSuccession.class.getName());

  /** Listeners look each second: whom we dial may dial back at once, and must see the same. */
  private static final Duration SERVED = Duration.ofMillis(1_500);

  private final PeerRoads roads;
  private final PeerRoads.Parts parts;
  private volatile Instant settled = Instant.MIN; // both sides may be expected to go by the policy

  RoadSuccession(PeerRoads roads, PeerRoads.Parts parts) {
    this.roads = roads;
    this.parts = parts;
  }

  /** Why a road is replaced by a fresh one of its kind. */
  enum Cause {
    /** It is old enough, and would be sent away before long. */
    AGED,
    /** This node has another certificate now. */
    RENEWED,
    /** The peer asked for it. */
    SENT_AWAY
  }

  /** The policy is another: roads of a version that is not the one between two are replaced. */
  void review() {
    settled = now().plus(parts.times().handOver());
    for (var slot : roads.slots()) {
      slot.pace.reset();
      if (slot.road().filter(this::isRight).isPresent()) parts.history().asWanted(slot.peer);
      roads.later(
          () -> {
            change(slot);
            slot.ring(); // whoever looks after the road looks more often while it is a wrong one
          });
      parts.mover().hurry(slot.peer); // there may be a version in common now
    }
  }

  /**
   * A peer has said where its legacy port is: if that is where it is to be reached, it is dialled
   * there at once, whatever failed before. Never blocks.
   */
  void served(NodeId peer) {
    var slot = roads.find(peer);
    if (slot.isEmpty() || !isRight(peer, RoadKind.LEGACY)) return;
    slot.get().pace.reset();
    roads.later(() -> change(slot.get()));
    parts.mover().hurry(peer);
  }

  /**
   * This node shows another certificate, or trusts others: what was refused before may not be now,
   * and the roads made with the former one are replaced, each at a time of its own.
   */
  void renewed() {
    roads.later(
        () -> {
          Thread.sleep(SERVED);
          roads.dialling().forgiven();
        });
    for (var slot : roads.slots()) {
      roads.later(
          () -> {
            Thread.sleep(SERVED);
            if (slot.plan.refusal(now()).isPresent()) {
              LOG.log(System.Logger.Level.INFO, slot.peer + " was refused, and is dialled again");
            }
            roads.forgiven(slot);
            slot.ring();
            parts.mover().hurry(slot.peer);
          });
    }
  }

  /** Replaces the road to a peer if it is of the wrong version and may be dialled now. */
  void change(RoadSlot slot) throws InterruptedException {
    Result<Road> fresh;
    slot.dialling.lockInterruptibly();
    try {
      var old = slot.road();
      if (old.isEmpty() || isRight(old.get())) return;
      if (parts.policy().apply(slot.peer).isEmpty()) {
        parts.history().failed(slot.peer, NoRoad.NO_VERSION);
        roads.end(slot, old.get(), "NO_VERSION");
        return;
      }
      if (slot.pace.left(now()).isPositive()) return;
      parts.history().switching(slot.peer);
      var before = slot.plan;
      fresh = roads.dialling().dial(slot);
      if (fresh instanceof Result.Err<Road>(var why) && stays(slot, old.get(), before)) {
        parts.history().notSwitched(slot.peer, RoadDialling.code(why));
      }
    } finally {
      slot.dialling.unlock();
    }
    if (fresh instanceof Result.Ok<Road>(var road)) parts.mover().move(road);
  }

  private boolean stays(RoadSlot slot, Road road, RoadPlan plan) { // dialling held
    if (slot.plan.state() instanceof RoadPlan.State.Blocked) {
      roads.end(slot, road, RoadHistory.BLOCKED);
      return false;
    }
    slot.plan = plan;
    return true;
  }

  /** Whether a road is of the version between its two nodes. */
  boolean isRight(Road road) {
    return isRight(road.peer(), road.kind());
  }

  private boolean isRight(NodeId peer, RoadKind kind) {
    var version = parts.policy().apply(peer);
    var legacy = version.isPresent() && version.getAsInt() == RoadPolicy.LEGACY;
    return version.isPresent() && legacy == (kind == RoadKind.LEGACY);
  }

  /**
   * A peer's Stream is on a road that it opened. If that is of another version than the one between
   * the two long after this node was told so, the peer was not, and only it can switch.
   */
  void visited(NodeId peer, RoadKind kind) {
    if (isRight(peer, kind)) parts.history().asWanted(peer);
    if (isRight(peer, kind) || now().isBefore(settled)) return;
    if (parts.policy().apply(peer).isPresent()) parts.history().notSwitched(peer, "");
  }

  /** Replaces a road that is still there by a fresh one of its kind, if it may be dialled now. */
  void replace(RoadSlot slot, Road old, Cause cause) throws InterruptedException {
    Result<Road> fresh;
    slot.dialling.lockInterruptibly();
    try {
      if (!slot.holds(old) || slot.pace.left(now()).isPositive()) return;
      var at = old.kind() == RoadKind.LEGACY ? parts.legacy().apply(slot.peer) : roads.where(slot);
      var before = slot.plan;
      fresh = parts.transport().dial(old.kind(), Approach.to(at, slot.peer)).map(Dialled::road);
      if (fresh instanceof Result.Err<Road>(var why)) {
        roads.dialling().failed(slot, why);
        var _ = stays(slot, old, before);
        return;
      }
      slot.pace.reset();
      parts.meters().count(Metric.ROADS_REPLACED_TOTAL, cause.name());
      roads.install(slot, fresh.orThrow());
    } finally {
      slot.dialling.unlock();
    }
    parts.mover().move(fresh.orThrow());
  }

  /**
   * A road is silent, and will be given up if it stays so: dials beside it, so that its streams can
   * move before that. Without this they would be down for as long as a race takes, and a mesh of
   * two would have buried both by then.
   */
  void doubt(RoadSlot slot, Road silent) throws InterruptedException {
    Optional<Road> fresh;
    slot.dialling.lockInterruptibly();
    try {
      if (!slot.holds(silent) || !silent.isInDoubt() || slot.pace.left(now()).isPositive()) return;
      slot.pace.lost(now(), parts.chance()); // it may be that all its peers see it at once
      TimeUnit.NANOSECONDS.sleep(slot.pace.spread(now()).toNanos());
      fresh = roads.dialling().beside(slot, silent);
    } finally {
      slot.dialling.unlock();
    }
    if (fresh.isPresent()) parts.mover().move(fresh.get());
  }

  /** Puts a better road in the place of one that is still there; false if it is not. */
  boolean promote(RoadSlot slot, Road from, Road to) throws InterruptedException {
    slot.dialling.lockInterruptibly();
    try {
      if (!slot.holds(from)) return false;
      slot.plan = slot.plan.promoted();
      parts.history().promoted(slot.peer);
      parts.meters().count(Metric.H3_REPROMOTIONS_TOTAL);
      roads.install(slot, to);
      return true;
    } finally {
      slot.dialling.unlock();
    }
  }

  /** HTTP/3 was tried beside HTTP/2 in vain. */
  void stillOnH2(RoadSlot slot, Road road, MeshError why) throws InterruptedException {
    slot.dialling.lockInterruptibly();
    try {
      if (!slot.holds(road)) return;
      var kind = RoadFailure.kindOf(why);
      slot.plan = slot.plan.stillOnH2(roads.facts());
      if (RoadFailure.isOfUdp(kind)) slot.plan = slot.plan.doubtful(roads.facts());
      if (kind != RoadFailure.Kind.IDENTITY) return;
      roads.dialling().failed(slot, why); // no road is used with whom one of them refused
      roads.end(slot, road, RoadHistory.BLOCKED);
    } finally {
      slot.dialling.unlock();
    }
  }

  private Instant now() {
    return parts.clocks().monotonic().instant();
  }
}
