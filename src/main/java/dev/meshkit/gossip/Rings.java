package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One node's neighbours on the rings of its {@link Overlay}. Whoever comes is compared with them
 * only; all are looked at where a neighbour went, which of n nodes about 20 are.
 */
final class Rings {
  private static final int SIDES = 2 * Overlay.RINGS; // of ring r: 2r after it, 2r + 1 before

  private final long[] homes;
  private final NodeId[] nearest = new NodeId[SIDES]; // NOBODY: to be looked for
  private final long[] ways = new long[SIDES];
  private Overlay overlay = Overlay.EMPTY;
  private boolean isSmall = true;
  private boolean isOld;
  private long looks;

  /** Of {@code self}, alone. */
  Rings(NodeId self) {
    homes = places(self);
    Arrays.fill(nearest, NodeId.NOBODY);
  }

  /** Another is up. */
  void joined(NodeId id) {
    isOld |= isSmall;
    looks++;
    var places = places(id);
    for (var side = 0; side < SIDES; side++)
      if (!nearest[side].isNobody()) isOld |= offer(side, id, places[side / 2]);
  }

  /** Another is up no longer. */
  void left(NodeId id) {
    isOld |= isSmall;
    for (var side = 0; side < SIDES; side++) {
      if (!nearest[side].equals(id)) continue;
      nearest[side] = NodeId.NOBODY;
      isOld = true;
    }
  }

  /** The overlay among all {@code others} who are up. */
  Overlay overlay(SortedSet<NodeId> others) {
    if (!isOld) return overlay;
    isOld = false;
    isSmall = others.size() <= SIDES;
    overlay = isSmall ? full(others) : ringed(others);
    return overlay;
  }

  /** How many others were looked at so far. */
  long looks() {
    return looks;
  }

  /** Where a node lies on each ring: H(id 00 r). */
  static long[] places(NodeId id) {
    var base = Hash.START.text(id.toString()).one(0);
    var places = new long[Overlay.RINGS];
    for (var ring = 0; ring < places.length; ring++) places[ring] = base.one(ring).value();
    return places;
  }

  private static Overlay full(SortedSet<NodeId> others) {
    var all = Collections.unmodifiableSortedSet(new TreeSet<>(others));
    return new Overlay(all, all);
  }

  private Overlay ringed(SortedSet<NodeId> others) {
    search(others);
    var subjects = new TreeSet<NodeId>();
    for (var side = 0; side < SIDES; side += 2) subjects.add(nearest[side]);
    return new Overlay(
        Collections.unmodifiableSortedSet(subjects),
        Collections.unmodifiableSortedSet(new TreeSet<>(Arrays.asList(nearest))));
  }

  private void search(SortedSet<NodeId> others) {
    var sought = new boolean[SIDES];
    for (var side = 0; side < SIDES; side++) sought[side] = nearest[side].isNobody();
    if (Arrays.equals(sought, new boolean[SIDES])) return;
    for (var other : others) {
      looks++;
      var places = places(other);
      for (var side = 0; side < SIDES; side++)
        if (sought[side]) offer(side, other, places[side / 2]);
    }
  }

  /** True if it is nearer than the nearest so far; of two at one place the lesser name is. */
  private boolean offer(int side, NodeId other, long place) {
    var home = homes[side / 2];
    var way = side % 2 == 0 ? place - home : home - place; // modulo 2^64: once round the ring
    var order = nearest[side].isNobody() ? -1 : Long.compareUnsigned(way, ways[side]);
    if (order > 0 || (order == 0 && other.compareTo(nearest[side]) >= 0)) return false;
    nearest[side] = other;
    ways[side] = way;
    return true;
  }
}
