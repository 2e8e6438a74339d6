package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.ConnectionEndEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPlan;
import dev.meshkit.transport.RoadTimes;
import dev.meshkit.transport.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One dialled road a peer, shared by all its calls; dialled when needed, by one thread at a time,
 * as its {@link RoadPlan} permits. A thread for each road looks after it. Thread-safe.
 */
final class PeerRoads {
  private static final System.Logger LOG = System.getLogger(PeerRoads.class.getName());

  private final Parts parts;
  private final RoadDialling dialling;
  private final RoadSuccession succession;
  private final Map<NodeId, RoadSlot> slots = new ConcurrentHashMap<>();
  private final ExecutorService keepers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("road").factory());
  private volatile boolean closed;

  /**
   * What roads stand on.
   *
   * @param transport dials
   * @param whereabouts where a peer is, {@link Endpoint#NONE} if nobody knows
   * @param legacy where its legacy port is
   * @param addresses of this host
   * @param redial how soon a peer that could not be reached is dialled again
   * @param policy which version of the transport there is between this node and a peer, now
   * @param times patience
   * @param clocks time
   * @param chance jitter
   * @param meters counts
   * @param history remembers
   * @param mover moves the streams that are on a peer's former road to its present one; may block
   */
  record Parts(
      Transport transport,
      Function<NodeId, Endpoint> whereabouts,
      Function<NodeId, Endpoint> legacy,
      Supplier<Set<InetAddress>> addresses,
      Redial redial,
      Function<NodeId, OptionalInt> policy,
      RoadTimes times,
      Clocks clocks,
      RandomGenerator chance,
      Meters meters,
      RoadHistory history,
      Mover mover) {}

  /** Moves streams. */
  interface Mover {
    /** Opens on {@code to} what is open with its peer on another road of ours. */
    void move(Road to) throws InterruptedException;

    /** What a peer was not dialled for may be over: whoever waits for it tries now. */
    void hurry(NodeId peer);

    /** A road of ours carries something: what is on the peer's own may have to come over. */
    void gather(NodeId peer);
  }

  PeerRoads(Parts parts) {
    this.parts = parts;
    this.dialling = new RoadDialling(this, parts);
    this.succession = new RoadSuccession(this, parts);
  }

  /** Dials. */
  RoadDialling dialling() {
    return dialling;
  }

  /** Replaces roads. */
  RoadSuccession succession() {
    return succession;
  }

  /**
   * A road to a peer: the one there is, or a new one. Blocks at most 5 s for a dial, and a moment
   * before it if a road was lost just now. Until a peer that could not be reached may be dialled
   * again, that failure is the answer to all who ask.
   */
  Result<Road> to(NodeId peer) throws InterruptedException {
    var slot = slot(peer);
    var have = slot.road();
    if (have.isPresent()) return Result.ok(have.get());
    var seen = slot.failures();
    slot.dialling.lockInterruptibly();
    try {
      var dialled = slot.road();
      if (dialled.isPresent()) return Result.ok(dialled.get());
      var failure = slot.failureAfter(seen);
      if (failure.isPresent()) return Result.err(failure.get()); // while we waited
      if (slot.moved(where(slot))) forgive(slot);
      var last = slot.lastFailure();
      if (last.isPresent() && slot.pace.left(now()).isPositive()) return Result.err(last.get());
      TimeUnit.NANOSECONDS.sleep(slot.pace.spread(now()).toNanos());
      slot.plan = slot.plan.lost(); // whatever it was on, it is there no more
      return dialling.dial(slot);
    } finally {
      slot.dialling.unlock();
    }
  }

  /** The place of a peer's road, made when first needed. */
  RoadSlot slot(NodeId peer) {
    return slots.computeIfAbsent(
        peer, _ -> new RoadSlot(peer, new Pace(() -> parts.redial().of(peer))));
  }

  /** How long until a peer may be dialled; zero if it may be now. */
  Duration untilDial(NodeId peer) {
    var slot = slots.get(peer);
    return slot == null ? Duration.ZERO : slot.pace.left(now());
  }

  /** Whether there is a road of ours to a peer, and something open on it. */
  boolean carries(NodeId peer) {
    var slot = slots.get(peer);
    return slot != null && slot.road().filter(road -> road.open() > 0).isPresent();
  }

  /** Something was opened on a road of ours. Never blocks. */
  void carrying(NodeId peer) {
    parts.mover().gather(peer);
  }

  /** How long until HTTP/3 is tried beside HTTP/2; zero while it is; empty if it is not. */
  Optional<Duration> untilRetry(NodeId peer) {
    var slot = slots.get(peer);
    if (slot == null
        || !(slot.plan.state() instanceof RoadPlan.State.OnH2(var at, _))
        || at.equals(Instant.MAX)) {
      return Optional.empty();
    }
    return Optional.of(now().isBefore(at) ? Duration.between(now(), at) : Duration.ZERO);
  }

  /**
   * The peer has dialled us and was let in: it may be dialled at once, also if its certificate, or
   * ours, was refused before. Never blocks.
   */
  void seen(NodeId peer) {
    var slot = slots.get(peer);
    if (slot == null) return;
    slot.pace.reset();
    if (slot.plan.state() instanceof RoadPlan.State.Blocked) later(() -> forgiven(slot));
  }

  /** It is elsewhere now: what UDP, or an identity, met where it was says nothing. Never blocks. */
  void moved(NodeId peer) {
    var slot = slots.get(peer);
    if (slot == null) return;
    later(
        () -> {
          forgiven(slot);
          slot.ring();
        });
  }

  /** The place of a peer's road, if there was ever need of one. */
  Optional<RoadSlot> find(NodeId peer) {
    return Optional.ofNullable(slots.get(peer));
  }

  /** All slots there are. */
  List<RoadSlot> slots() {
    return List.copyOf(slots.values());
  }

  /** What is done on a thread of its own. */
  @FunctionalInterface
  interface Task {
    /** May block. */
    void run() throws InterruptedException;
  }

  /** Does something about roads on a thread of its own; not at all if they are closing. */
  void later(Task task) {
    try {
      keepers.execute(() -> quietly(task));
    } catch (RejectedExecutionException closing) {
      assert closed : closing;
    }
  }

  private static void quietly(Task task) {
    try {
      task.run();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt(); // nothing to do any more
    } catch (RuntimeException | Error failure) { // it costs this task
      LOG.log(System.Logger.Level.WARNING, "looking after a road threw", failure);
    }
  }

  /** What failed before says nothing any more. Blocks while the peer is dialled. */
  void forgiven(RoadSlot slot) throws InterruptedException {
    slot.dialling.lockInterruptibly();
    try {
      forgive(slot);
    } finally {
      slot.dialling.unlock();
    }
  }

  private void forgive(RoadSlot slot) { // dialling held
    slot.plan = slot.plan.moved(now());
    slot.pace.reset();
    dialling.forgiven(slot);
  }

  /** Puts a road in its place, and has somebody look after it. */
  void install(RoadSlot slot, Road road) { // dialling held
    slot.road().ifPresent(Road::retire); // before its keeper is told that it has left
    var watched = slot.take(road);
    if (closed || slots.get(slot.peer) != slot) {
      unused(slot, road, "UNWANTED"); // not needed any more while it was dialled
      return;
    }
    try {
      keepers.execute(new RoadKeeper(this, parts, slot, watched));
    } catch (RejectedExecutionException closing) {
      unused(slot, road, "CLOSED");
    }
  }

  private void unused(RoadSlot slot, Road road, String cause) {
    end(slot, road, cause);
    road.abandon(); // nobody looks after it, also if it has left already
  }

  /**
   * A road that failed: the next call dials anew. One that is retired is left to its farewell: what
   * failed there may have been one call, and others are read to their end.
   */
  void discard(Road road) {
    var slot = slots.get(road.peer());
    if (slot != null && slot.holds(road)) { // first the pace: then nobody dials too soon
      slot.pace.lost(now(), parts.chance());
      if (end(slot, road, "LOST")) return;
    }
    if (!road.isRetired()) road.abandon();
  }

  /**
   * An identity was refused to a call on a road, by either side: the peer is not talked to on any.
   * Blocks while it is dialled.
   */
  void refused(Road road, MeshError why) {
    var slot = slots.get(road.peer());
    if (slot == null) {
      discard(road);
      return;
    }
    slot.dialling.lock();
    try {
      if (slot.holds(road)) dialling.failed(slot, why);
      if (!end(slot, road, RoadHistory.BLOCKED) && !road.isRetired()) road.abandon();
    } finally {
      slot.dialling.unlock();
    }
  }

  /** Ends a road, if it is still the peer's. Never blocks. */
  boolean end(RoadSlot slot, Road road, String cause) {
    if (!slot.leave(road)) return false;
    ended(road, cause);
    road.abandon();
    return true;
  }

  /** Tells the recording of a road's end. */
  void ended(Road road, String cause) {
    ConnectionEndEvent.emit(
        new ConnectionEndEvent.Ends("CLIENT", road.kind().name(), road.peer().toString()),
        new ConnectionEndEvent.End(
            cause, road.age().toMillis(), road.opened(), road.open(), road.roundTrip().toNanos()));
  }

  /**
   * Has the roads of peers that nobody needs any more leave: what is open there has the time of a
   * hand-over to end. Never blocks.
   */
  void keep(Predicate<NodeId> needed) {
    for (var peer : List.copyOf(slots.keySet())) {
      if (!needed.test(peer)) {
        var slot = slots.remove(peer);
        if (slot != null) slot.dismiss();
      }
    }
  }

  /** The round trip to a peer, as last measured on a road of ours. */
  Optional<Duration> roundTrip(NodeId peer) {
    return Optional.ofNullable(slots.get(peer))
        .flatMap(RoadSlot::road)
        .map(Road::roundTrip)
        .filter(Duration::isPositive);
  }

  /** The roads that this node has dialled and keeps, by peer. */
  Map<NodeId, RoadKind> dialled() {
    var kinds = new ConcurrentHashMap<NodeId, RoadKind>();
    slots.forEach((peer, slot) -> slot.road().ifPresent(road -> kinds.put(peer, road.kind())));
    return kinds;
  }

  /** Lets what was sent leave, until {@code limit} at most, and ends all roads. */
  void close(Duration limit) throws InterruptedException {
    closed = true;
    var monotonic = parts.clocks().monotonic();
    var end = monotonic.instant().plus(limit);
    var open = slots.values().stream().flatMap(slot -> slot.road().stream()).toList();
    open.forEach(Road::drain);
    for (var road : open) road.close(Duration.between(monotonic.instant(), end));
    for (var slot : slots.values()) slot.road().ifPresent(road -> end(slot, road, "CLOSED"));
    keepers.shutdownNow();
  }

  RoadPlan.Facts facts() {
    return new RoadPlan.Facts(now(), parts.times(), parts.chance());
  }

  private Instant now() {
    return parts.clocks().monotonic().instant();
  }

  Endpoint where(RoadSlot slot) {
    var at = parts.whereabouts().apply(slot.peer);
    return at.equals(Endpoint.NONE) ? slot.greetedAt() : at;
  }
}
