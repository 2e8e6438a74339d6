package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Approach;
import dev.meshkit.transport.Dialled;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPlan;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Looks after one dialled road until another takes its place: measures its round trip, gives it up
 * when it is silent or when nobody uses it, has a fresh one take its place in time, and goes back
 * to HTTP/3 when that works again. Runs on a virtual thread of its own; what needs a dial is done
 * on another, so that the road is looked after meanwhile.
 */
final class RoadKeeper implements Runnable {
  private static final System.Logger LOG = System.getLogger(RoadKeeper.class.getName());

  /** HTTP/2 has no path-lost rule of its own that is quick enough: ask each second. */
  private static final Duration H2_TURN = Duration.ofSeconds(1);

  private static final Duration H3_TURN = Duration.ofSeconds(10);

  private static final double JITTER = 0.1;

  /** On a road of the wrong version: the peer may have said by now where to go instead. */
  private static final Duration WRONG_TURN = Duration.ofMillis(200);

  private final PeerRoads roads;
  private final PeerRoads.Parts parts;
  private final RoadSlot slot;
  private final RoadSlot.Watched watched;
  private final Road road;
  private final RoadSuccession succession;
  private final Instant agedMonotonic;
  private Instant renewMonotonic = Instant.MAX;
  private final Set<InetAddress> addresses;
  private volatile String ending = "REPLACED";

  /** Held while something is done about the road on another thread. */
  private final Semaphore busy = new Semaphore(1);

  RoadKeeper(PeerRoads roads, PeerRoads.Parts parts, RoadSlot slot, RoadSlot.Watched watched) {
    this.roads = roads;
    this.parts = parts;
    this.slot = slot;
    this.watched = watched;
    this.road = watched.road();
    this.succession = roads.succession();
    this.addresses = new HashSet<>(road.kind() == RoadKind.H2 ? parts.addresses().get() : Set.of());
    var around = 1 - JITTER + 2 * JITTER * parts.chance().nextDouble();
    this.agedMonotonic = now().plusNanos((long) (parts.times().age().toNanos() * around));
  }

  @Override
  public void run() {
    try {
      Thread.currentThread().setName("road " + road.peer());
      road.watch(this::woken);
      while (isThere(turn()) && isUsed() && isAlive()) {
        if (busy.availablePermits() > 0) work().ifPresent(this::begin);
      }
      if (road.isRetired()) farewell();
    } catch (InterruptedException closing) {
      road.abandon();
    } catch (RuntimeException bug) {
      failed(bug);
      road.abandon(); // nobody looks after it any more, also if another has its place
    }
  }

  /** The peer has sent us away, or is silent; whoever looks after the road may wait for a word. */
  private void woken() {
    watched.bell().ring();
    if (isInDoubt()) begin(this::doubt);
  }

  private boolean isInDoubt() {
    return road.isInDoubt() && road.open() > 0 && slot.holds(road) && succession.isRight(road);
  }

  private void doubt() throws InterruptedException {
    ending = "LOST"; // should another take its place now
    succession.doubt(slot, road);
    if (slot.holds(road)) ending = "REPLACED";
  }

  /** It costs this road, never the node. */
  private void failed(RuntimeException bug) {
    LOG.log(System.Logger.Level.WARNING, "looking after the road to " + slot.peer, bug);
    roads.end(slot, road, "FAILED");
  }

  /** What is to be done about the road now, if anything. */
  private Optional<PeerRoads.Task> work() {
    var due = due();
    if ((due.isPresent() || !succession.isRight(road)) && !slot.pace.left(now()).isPositive()) {
      due.ifPresent(cause -> ending = cause.name());
      return Optional.of(
          () -> {
            succession.change(slot);
            if (due.isPresent()) succession.replace(slot, road, due.get());
          });
    }
    if (isInDoubt() && !slot.pace.left(now()).isPositive()) return Optional.of(this::doubt);
    if (isElsewhere()) return Optional.of(() -> roads.forgiven(slot));
    if (slot.holds(road) && slot.plan.isRetryDue(now())) return Optional.of(this::climb);
    return Optional.empty();
  }

  /** One thing at a time. */
  private void begin(PeerRoads.Task work) {
    if (!busy.tryAcquire()) return;
    roads.later(
        () -> {
          try {
            work.run();
          } catch (RuntimeException bug) {
            failed(bug);
          } finally {
            busy.release();
          }
        });
  }

  /** Waits; false if the road has left its place. */
  private boolean isThere(Duration wait) throws InterruptedException {
    return watched.bell().await(wait);
  }

  private Duration turn() {
    var turn = road.kind() == RoadKind.H2 ? H2_TURN : H3_TURN;
    if (road.roundTrip().isZero()) turn = Duration.ofMillis(100);
    turn = min(turn, parts.times().idle());
    if (busy.availablePermits() == 0) return min(turn, H2_TURN); // and then see what is to be done
    turn = min(turn, max(untilDue(), slot.pace.left(now())));
    var leaves = (road.isSentAway() && road.open() > 0) || !succession.isRight(road);
    if (leaves) turn = min(turn, max(WRONG_TURN, slot.pace.left(now())));
    return slot.plan.state() instanceof RoadPlan.State.OnH2(var at, _)
            && at.isBefore(now().plus(turn))
        ? Duration.between(now(), at)
        : turn;
  }

  private Duration untilDue() {
    var next = renewMonotonic.isBefore(agedMonotonic) ? renewMonotonic : agedMonotonic;
    return now().isBefore(next) ? Duration.between(now(), next) : Duration.ZERO;
  }

  /** Why it is time for a fresh road, if it is. */
  private Optional<RoadSuccession.Cause> due() {
    var now = now();
    if (renewMonotonic.equals(Instant.MAX) && !parts.transport().isCurrent(road)) {
      renewMonotonic = now.plus(spread());
    }
    if (road.isSentAway() && road.open() > 0) return Optional.of(RoadSuccession.Cause.SENT_AWAY);
    if (!now.isBefore(renewMonotonic)) return Optional.of(RoadSuccession.Cause.RENEWED);
    return now.isBefore(agedMonotonic) ? Optional.empty() : Optional.of(RoadSuccession.Cause.AGED);
  }

  /** All roads at once would be as many handshakes in one instant. */
  private Duration spread() {
    var most = parts.times().spread().toNanos();
    return Duration.ofNanos((long) (most * parts.chance().nextDouble()));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /**
   * The peer's own road carries all: then this one, of which nobody knows any more, is one too
   * many. So is a legacy connection that takes no new calls, once it has none. What was open, or
   * asked, only between two looks counts as well.
   */
  private boolean isUsed() {
    var idle = road.idle();
    var useless = road.kind() == RoadKind.LEGACY && road.isSentAway() && idle.isPositive();
    if (!useless && idle.compareTo(parts.times().idle()) < 0) return true;
    roads.end(slot, road, useless ? RoadSuccession.Cause.SENT_AWAY.name() : "IDLE");
    return false;
  }

  /** Also of a road on which nothing but a question waits: its answer may never come. */
  private boolean isAlive() throws InterruptedException {
    if (road.idle().isPositive() || road.isInDoubt()) return true;
    if (road.ask() != Road.Sign.NONE) return true;
    roads.discard(road);
    return false;
  }

  /**
   * Whether this host has an address that it had not when it was last looked at: what UDP met on
   * another network says nothing. One that went away takes its roads along, without help from here.
   */
  private boolean isElsewhere() {
    if (!(slot.plan.state() instanceof RoadPlan.State.OnH2(var at, _)) || at.equals(Instant.MAX)) {
      return false;
    }
    var now = parts.addresses().get();
    addresses.retainAll(now); // one that comes back later is new again
    return addresses.addAll(now);
  }

  /** Tries HTTP/3 beside HTTP/2, and moves there once it has been usable for a while. */
  private void climb() throws InterruptedException {
    var at = roads.where(slot);
    var dialled = parts.transport().dial(RoadKind.H3, Approach.to(at, slot.peer));
    if (!(dialled instanceof Result.Ok<Dialled>(var won))) {
      if (dialled instanceof Result.Err<Dialled>(var why)) stays(at, why);
      return;
    }
    var better = won.road();
    var moved = false;
    try {
      if (!watched.bell().awaitWhole(parts.times().proof())) return;
      if (better.ask() == Road.Sign.GIVEN) {
        moved = succession.promote(slot, road, better);
      } else {
        stays(at, unproved());
      }
    } finally {
      if (!moved) better.abandon();
    }
    if (moved) parts.mover().move(better);
  }

  /** What UDP met where the peer is no more says nothing. */
  private void stays(Endpoint tried, MeshError why) throws InterruptedException {
    if (roads.where(slot).equals(tried)) succession.stillOnH2(slot, road, why);
  }

  /** What was open has moved or is about to, or has ended: what is left is read to its end. */
  private void farewell() throws InterruptedException {
    roads.ended(road, slot.isUnwanted() ? "UNWANTED" : ending);
    busy.acquire(); // who put another in its place moves what was open
    road.close(parts.times().handOver());
  }

  private MeshError unproved() {
    return MeshError.unavailable(
        "use HTTP/3 with " + slot.peer, "it was lost again at once", "it is tried again later");
  }

  private Instant now() {
    return parts.clocks().monotonic().instant();
  }
}
