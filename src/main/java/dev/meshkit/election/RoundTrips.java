package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long the other voters take to answer this one: what it learned while it led, and from rounds
 * that bind nobody, as only those are answered without a write.
 *
 * @param known by voter; at most {@link Content#MAX_VOTERS}
 */
public record RoundTrips(SortedMap<NodeId, RoundTrip> known) {
  /** Nobody has answered. */
  public static final RoundTrips NONE = new RoundTrips(new TreeMap<>());

  private static final Comparator<RoundTrip> FASTEST = Comparator.comparing(RoundTrip::smoothed);

  /** Copies the map. */
  public RoundTrips {
    known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
  }

  /** How long a voter takes as a rule, if it has answered. */
  public Optional<Duration> of(NodeId voter) {
    return Optional.ofNullable(known.get(voter)).map(RoundTrip::smoothed);
  }

  /** After an answer of one of {@code content}'s voters; who votes no more is forgotten. */
  RoundTrips and(NodeId voter, Duration took, Content content) {
    var after = new TreeMap<>(known);
    after.keySet().removeIf(node -> !content.seats(node));
    var before = known.get(voter);
    after.put(voter, before == null ? RoundTrip.first(took) : before.and(took));
    return new RoundTrips(after);
  }

  /**
   * That of the slowest voter in the fastest quorum, which {@code self} is always in. Whoever has
   * never answered is in no quorum; {@link RoundTrip#NONE} if too few have.
   */
  RoundTrip ofQuorum(NodeId self, Content content) {
    var others = new ArrayList<RoundTrip>();
    for (var seat : content.voters()) {
      var trip = known.get(seat.node());
      if (trip != null && !seat.node().equals(self)) others.add(trip);
    }
    others.sort(FASTEST);
    var slowest = content.quorum() - 2; // without self, from 0
    return slowest < 0 || slowest >= others.size() ? RoundTrip.NONE : others.get(slowest);
  }
}
