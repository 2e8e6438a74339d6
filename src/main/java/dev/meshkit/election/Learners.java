package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who hears a leader without voting, and so could vote next: it gets every beat and counts for
 * nothing.
 *
 * @param seats who, each with its store; at most {@link #LIMIT}
 * @param heard when each last acknowledged a beat of the term this node leads
 */
record Learners(List<Seat> seats, SortedMap<NodeId, Instant> heard) {
  /** The most that one leader sends beats to. */
  static final int LIMIT = 16;

  static final Learners NONE = new Learners(List.of(), new TreeMap<>());

  Learners {
    seats = List.copyOf(seats);
    heard = Collections.unmodifiableSortedMap(new TreeMap<>(heard));
  }

  /** These, none of whom has been heard yet. */
  static Learners of(List<Seat> seats) {
    return new Learners(seats, new TreeMap<>());
  }

  boolean has(NodeId node, Bytes store) {
    return seats.stream().anyMatch(seat -> seat.is(node, store));
  }

  Learners heard(NodeId node, Instant now) {
    var after = new TreeMap<>(heard);
    after.put(node, now);
    return new Learners(seats, after);
  }

  /** Whether it acknowledged a beat of this term after {@code since}. */
  boolean isReady(Seat seat, Instant since) {
    return has(seat.node(), seat.store())
        && heard.getOrDefault(seat.node(), Instant.MIN).isAfter(since);
  }
}
