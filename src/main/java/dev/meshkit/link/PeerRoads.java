package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One dialled road a peer, shared by all its calls; dialled when needed, by one thread at a time.
 * Thread-safe.
 */
final class PeerRoads {
  private final Transport transport;
  private final Function<NodeId, Endpoint> whereabouts;
  private final Map<NodeId, Slot> slots = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Dials where {@code whereabouts} says, {@link Endpoint#NONE} if nobody knows. */
  PeerRoads(Transport transport, Function<NodeId, Endpoint> whereabouts) {
    this.transport = transport;
    this.whereabouts = whereabouts;
  }

  /** The road of one peer. */
  private static final class Slot {
    final ReentrantLock dialling = new ReentrantLock();
    volatile @Nullable Road road;
    volatile Endpoint greetedAt = Endpoint.NONE;
    final AtomicLong failures = new AtomicLong();
    volatile @Nullable MeshError failure;
  }

  /** A road to a peer: the one there is, or a new one. Blocks at most 5 s for a dial. */
  Result<Road> to(NodeId peer) throws InterruptedException {
    var slot = slots.computeIfAbsent(peer, _ -> new Slot());
    var have = slot.road;
    if (have != null) return Result.ok(have);
    var seen = slot.failures.get();
    slot.dialling.lockInterruptibly();
    try {
      var dialled = slot.road;
      if (dialled != null) return Result.ok(dialled);
      var failure = slot.failure;
      if (slot.failures.get() != seen && failure != null)
        return Result.err(failure); // while we waited
      return dial(peer, slot);
    } finally {
      slot.dialling.unlock();
    }
  }

  private Result<Road> dial(NodeId peer, Slot slot) throws InterruptedException {
    var at = whereabouts.apply(peer);
    if (at.equals(Endpoint.NONE)) at = slot.greetedAt;
    var result = at.equals(Endpoint.NONE) ? unknown(peer) : transport.dial(at, peer);
    switch (result) {
      case Result.Ok<Road>(var road) -> slot.road = road;
      case Result.Err<Road>(var error) -> {
        slot.failure = error;
        slot.failures.incrementAndGet();
      }
    }
    if (closed) abandonAll();
    if (slots.get(peer) != slot) abandon(slot); // not needed any more while it was dialled
    return closed ? unknown(peer) : result;
  }

  /** Dials whoever is at {@code seed}, and keeps the road if there is none to that peer yet. */
  Result<NodeId> greet(Endpoint seed) throws InterruptedException {
    var dialled = transport.dial(seed, NodeId.NOBODY);
    if (!(dialled instanceof Result.Ok<Road>(var road))) return dialled.cast();
    var slot = slots.computeIfAbsent(road.peer(), _ -> new Slot());
    slot.greetedAt = seed;
    slot.dialling.lock();
    try {
      if (slot.road == null) {
        slot.road = road;
      } else {
        road.abandon();
      }
    } finally {
      slot.dialling.unlock();
    }
    if (closed) abandonAll();
    return Result.ok(road.peer());
  }

  /** A road that failed: the next call dials anew. */
  void discard(Road road) {
    var slot = slots.get(road.peer());
    if (slot != null && slot.road == road) slot.road = null;
    road.abandon();
  }

  /** Ends the roads of peers that nobody needs any more. Never blocks. */
  void keep(Predicate<NodeId> needed) {
    for (var peer : List.copyOf(slots.keySet())) {
      if (!needed.test(peer)) {
        var slot = slots.remove(peer);
        if (slot != null) abandon(slot);
      }
    }
  }

  /** Lets what was sent leave, until {@code limit} at most, and ends all roads. */
  void close(InstantSource monotonic, Duration limit) throws InterruptedException {
    closed = true;
    var end = monotonic.instant().plus(limit);
    var open = slots.values().stream().flatMap(slot -> Stream.ofNullable(slot.road)).toList();
    open.forEach(Road::drain);
    for (var road : open) road.close(Duration.between(monotonic.instant(), end));
    abandonAll();
  }

  private void abandonAll() {
    slots.values().forEach(PeerRoads::abandon);
  }

  private static void abandon(Slot slot) {
    var road = slot.road;
    slot.road = null;
    if (road != null) road.abandon();
  }

  private static Result<Road> unknown(NodeId peer) {
    return Result.err(
        MeshError.unavailable(
                "reach " + peer, "nobody knows where it is", "wait until it joins the mesh")
            .with("mk", "MK-NET-002"));
  }
}
