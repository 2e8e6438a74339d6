package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadPlan;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The place of the one road to a peer. Read by any thread; roads come under {@link #dialling}. */
final class RoadSlot {
  final NodeId peer;
  final ReentrantLock dialling = new ReentrantLock();
  volatile RoadPlan plan = RoadPlan.idle(); // written under dialling
  private volatile @Nullable Watched held; // guarded by this
  private volatile Endpoint at = Endpoint.NONE; // written under dialling
  private volatile Endpoint greetedAt = Endpoint.NONE;
  private volatile boolean unwanted;
  final Pace pace;
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable MeshError failure; // written under dialling

  /**
   * A road, and the end of its time here.
   *
   * @param road of the peer
   * @param bell rung when it is to be looked at; over when it is not the peer's road any more
   */
  record Watched(Road road, Bell bell) {}

  /** {@code pace} of dials that fail. */
  RoadSlot(NodeId peer, Pace pace) {
    this.peer = peer;
    this.pace = pace;
  }

  /** The road there is. */
  Optional<Road> road() {
    return Optional.ofNullable(held).map(Watched::road);
  }

  boolean holds(Road road) {
    var now = held;
    return now != null && now.road() == road;
  }

  /** Whoever looks after the road is to look at once. */
  void ring() {
    var now = held;
    if (now != null) now.bell().ring();
  }

  /** Puts a road here, in the place of the one there is. */
  synchronized Watched take(Road road) {
    var before = held;
    var fresh = new Watched(road, new Bell());
    held = fresh;
    if (before != null) before.bell().end();
    return fresh;
  }

  /** Empties the place of this road; false if it holds another, or none. */
  synchronized boolean leave(Road road) {
    var now = held;
    if (now == null || now.road() != road) return false;
    held = null;
    now.bell().end();
    return true;
  }

  /**
   * Nobody needs the road that is here any more: it is retired, and leaves. Who looks after it lets
   * what is open there end.
   */
  void dismiss() {
    unwanted = true; // before he hears of it
    road()
        .ifPresent(
            road -> {
              road.retire();
              leave(road);
            });
  }

  /** Whether nobody needs a road to the peer any more. */
  boolean isUnwanted() {
    return unwanted;
  }

  /** Remembers where the peer is dialled; true if that is another place than before. */
  boolean moved(Endpoint now) {
    var before = at;
    at = now;
    return !before.equals(Endpoint.NONE) && !before.equals(now);
  }

  void greetedAt(Endpoint seed) {
    greetedAt = seed;
  }

  Endpoint greetedAt() {
    return greetedAt;
  }

  void failed(MeshError why) {
    failure = why;
    failures.incrementAndGet();
  }

  /** How often a dial has failed. */
  long failures() {
    return failures.get();
  }

  /** The last failure, empty if there was none. */
  Optional<MeshError> lastFailure() {
    return Optional.ofNullable(failure);
  }

  /** The last failure, if there was one after so many. */
  Optional<MeshError> failureAfter(long seen) {
    return failures.get() == seen ? Optional.empty() : lastFailure();
  }
}
