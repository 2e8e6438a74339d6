package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whom a node probes and talks to. Ten rings order all members differently; a node probes its
 * successor on each, so about 20 links suffice at any size, and every node has observers.
 *
 * @param subjects whom this node probes
 * @param neighbours whom it keeps links to: subjects and observers
 */
record Overlay(SortedSet<NodeId> subjects, SortedSet<NodeId> neighbours) {
  /** K. */
  static final int RINGS = 10;

  /** Nobody. */
  static final Overlay EMPTY =
      new Overlay(Collections.emptySortedSet(), Collections.emptySortedSet());

  /** Of {@code self} among {@code others}, who are ALIVE or SUSPECT. */
  static Overlay of(NodeId self, SortedSet<NodeId> others, Places places) {
    if (others.size() <= 2 * RINGS) {
      var all = Collections.unmodifiableSortedSet(new TreeSet<>(others));
      return new Overlay(all, all);
    }
    var subjects = new TreeSet<NodeId>();
    var neighbours = new TreeSet<NodeId>();
    for (var ring = 0; ring < RINGS; ring++) {
      subjects.add(next(self, others, places, ring, true));
      neighbours.add(next(self, others, places, ring, false));
    }
    neighbours.addAll(subjects);
    return new Overlay(
        Collections.unmodifiableSortedSet(subjects), Collections.unmodifiableSortedSet(neighbours));
  }

  /** The nearest of {@code others} after, or before, {@code self} on a ring. */
  private static NodeId next(
      NodeId self, SortedSet<NodeId> others, Places places, int ring, boolean after) {
    var home = places.of(self, ring);
    var best = NodeId.NOBODY;
    var bestWay = 0L;
    for (var other : others) {
      var place = places.of(other, ring);
      var way = after ? place - home : home - place; // modulo 2^64: once round the ring
      var order = best.isNobody() ? -1 : Long.compareUnsigned(way, bestWay);
      if (order < 0 || (order == 0 && other.compareTo(best) < 0)) {
        best = other;
        bestWay = way;
      }
    }
    return best;
  }

  /** Where nodes lie on the rings: H(id 00 r), remembered. */
  static final class Places {
    private final Map<NodeId, long[]> known = new HashMap<>(); // only looked up, never iterated

    /** Where a node lies on a ring. */
    long of(NodeId id, int ring) {
      return known.computeIfAbsent(id, Places::all)[ring];
    }

    /** Forgets a node that is gone. */
    void forget(NodeId id) {
      known.remove(id);
    }

    private static long[] all(NodeId id) {
      var base = Hash.START.text(id.toString()).one(0);
      var places = new long[RINGS];
      for (var ring = 0; ring < RINGS; ring++) places[ring] = base.one(ring).value();
      return places;
    }
  }
}
