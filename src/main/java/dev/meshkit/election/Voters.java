package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A scope's voters as {@link Autopilot} weighs them: who is well, who should go, who could come.
 *
 * @param record upon which the next change would be made
 * @param roster what is known
 * @param now the leader's monotonic clock
 * @param seats who votes; of the record, or as it would be with one less
 */
record Voters(ScopeRecord record, Roster roster, Instant now, List<Seat> seats) {
  /** Whether a voter should stay; whoever should not is replaced first, in this order. */
  enum Fit {
    /** Nobody trusts it. */
    REVOKED("is revoked"),
    /** Others are pinned. */
    NOT_PINNED("is not among the pinned voters"),
    /** It will go. */
    DRAINS("drains"),
    /** Its region has too many voters. */
    CROWDS("is one too many of its region"),
    /** It stays. */
    GOOD("is well");

    private final String words;

    Fit(String words) {
      this.words = words;
    }

    String of(Seat seat) {
      return seat.node() + " " + words;
    }
  }

  /** From so many regions on, none may have half of the voters. */
  private static final int REGIONS = 3;

  static Voters of(ScopeRecord record, Roster roster, Instant now) {
    return new Voters(record, roster, now, record.content().voters());
  }

  Voters without(NodeId voter) {
    return new Voters(
        record, roster, now, seats.stream().filter(s -> !s.node().equals(voter)).toList());
  }

  int size() {
    return seats.size();
  }

  boolean isEven() {
    return size() % 2 == 0;
  }

  /** Healthy voters more than a quorum needs; below zero there is no quorum. */
  int margin() {
    var healthy = 0;
    for (var seat : seats) if (isWell(seat)) healthy++;
    return healthy - (size() / 2 + 1);
  }

  /**
   * margin(after) ≥ min(1, margin(before)) without {@code voter}; one that is well more never
   * lowers it.
   */
  boolean maySpare(NodeId voter) {
    return without(voter).margin() >= Math.min(1, margin());
  }

  /** Whether a voter can be counted on. */
  boolean isWell(Seat seat) {
    if (record.content().isRevoked(seat.node())) return false;
    if (seat.node().equals(roster.self())) return true;
    return roster
        .of(seat.node())
        .filter(known -> known.alive() && known.isAcking() && !known.isWiped(seat))
        .isPresent();
  }

  /** Whether a voter's seat is free for another: revoked, wiped, or dead for long. */
  boolean isGone(Seat seat) {
    if (seat.node().equals(roster.self())) return false;
    if (record.content().isRevoked(seat.node())) return true;
    var known = roster.of(seat.node());
    if (known.isEmpty()) return false; // nobody knows since when
    var dead = !known.get().alive();
    var forLong = !now.isBefore(known.get().since().plus(roster.plan().deadAfter()));
    return known.get().isWiped(seat) || (dead && forLong);
  }

  /** As many as planned, all of them well and in their place. */
  boolean isCalm() {
    if (size() != roster.plan().target()) return false;
    return seats.stream().allMatch(seat -> isWell(seat) && fit(seat) == Fit.GOOD);
  }

  /** What, if anything, speaks against a voter that is well. */
  Fit fit(Seat seat) {
    var node = seat.node();
    if (record.content().isRevoked(node)) return Fit.REVOKED;
    if (!roster.plan().wants(node)) return Fit.NOT_PINNED;
    var bar = roster.of(node).map(Prospect::bar).orElse(Prospect.Bar.NONE);
    if (bar == Prospect.Bar.DRAINING) return Fit.DRAINS;
    return inRegions().getOrDefault(node.region(), 0) > most() ? Fit.CROWDS : Fit.GOOD;
  }

  /** Who could be added, the best first; as many as could be added all together. */
  List<Prospect> candidates() {
    var left = new TreeSet<>(Comparator.comparing(Prospect::node));
    for (var one : roster.nodes())
      if (one.isReady(record, roster.plan(), now)
          && roster.plan().wants(one.node())
          && !sits(one.node())) left.add(one);
    var counts = inRegions();
    var most = most();
    var chosen = new ArrayList<Prospect>();
    while (true) {
      var next =
          left.stream()
              .filter(p -> counts.getOrDefault(p.node().region(), 0) < most)
              .min(Comparator.comparingInt(p -> counts.getOrDefault(p.node().region(), 0)));
      if (next.isEmpty()) return chosen;
      chosen.add(next.get());
      left.remove(next.get());
      counts.merge(next.get().node().region(), 1, Integer::sum);
    }
  }

  private boolean sits(NodeId node) {
    return seats.stream().anyMatch(seat -> seat.node().equals(node));
  }

  /** How many voters each region has. */
  private SortedMap<String, Integer> inRegions() {
    return counted(seats.stream().map(Seat::node).toList());
  }

  /**
   * How many there should be: the plan's number; where three regions or more can vote, as much of
   * it as they fill with none of them having half. Three of three regions survive the loss of each;
   * of five with three in one region, that one's loss is the quorum's.
   */
  int target() {
    return target(able());
  }

  /** How many voters a region may have: a lost region must not take a quorum with it. */
  private int most() {
    var able = able();
    return isSpread(able) ? share(target(able)) : Content.MAX_VOTERS;
  }

  private int target(SortedMap<String, Integer> able) {
    var size = roster.plan().target();
    if (!isSpread(able)) return size;
    while (size > REGIONS && filled(able, size) < size) size -= 2;
    return size;
  }

  private static int share(int size) {
    return Math.max(1, (size - 1) / 2);
  }

  private static int filled(SortedMap<String, Integer> able, int size) {
    return able.values().stream().mapToInt(nodes -> Math.min(nodes, share(size))).sum();
  }

  private boolean isSpread(SortedMap<String, Integer> able) {
    return roster.plan().pinned().isEmpty() && able.size() >= REGIONS;
  }

  /**
   * How many of each region vote or could. The dead count while they have their seats: a voter that
   * is gone for a moment makes no other plan.
   */
  private SortedMap<String, Integer> able() {
    var able = new TreeSet<NodeId>();
    for (var seat : seats) if (!record.content().isRevoked(seat.node())) able.add(seat.node());
    for (var one : roster.nodes())
      if (one.isReady(record, roster.plan(), now)) able.add(one.node());
    return counted(able);
  }

  private static SortedMap<String, Integer> counted(Collection<NodeId> nodes) {
    var counts = new TreeMap<String, Integer>();
    for (var node : nodes) counts.merge(node.region(), 1, Integer::sum);
    return counts;
  }
}
