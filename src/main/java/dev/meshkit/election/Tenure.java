package dev.meshkit.election;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A leader's time: what it sent, who promised, and until when that carries it. It ends once and is
 * never resumed.
 *
 * @param fence what it protects with
 * @param won when its votes were counted
 * @param promise P, asked for by the latest beat
 * @param seq of the latest beat
 * @param nextBeat when the next is due
 * @param sent when each recent beat left
 * @param rested whether the latest was due later than H after the one before
 * @param acked the latest beat each voter acknowledged
 * @param expires for each voter the leader's time until which its promise carries
 * @param holds who held the latest record of this term (R6); evidence does not expire
 * @param end the quorum-th largest of {@code expires}, this node's own included
 */
public record Tenure(
    Fence fence,
    Instant won,
    Duration promise,
    long seq,
    Instant nextBeat,
    BeatTimes sent,
    boolean rested,
    SortedMap<NodeId, Long> acked,
    SortedMap<NodeId, Instant> expires,
    SortedSet<NodeId> holds,
    Instant end) {
  /** Copies the collections. */
  public Tenure {
    acked = Collections.unmodifiableSortedMap(new TreeMap<>(acked));
    expires = Collections.unmodifiableSortedMap(new TreeMap<>(expires));
    holds = Collections.unmodifiableSortedSet(new TreeSet<>(holds));
  }

  static Tenure won(Fence fence, Instant now, Duration promise) {
    return new Tenure(
        fence,
        now,
        promise,
        0,
        now,
        BeatTimes.NONE,
        false,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeSet<>(),
        Instant.MIN);
  }

  /** With one more beat sent now, which asks for {@code asked}. */
  Tenure beaten(Instant now, Duration heartbeat, Duration asked) {
    var next = now.plus(heartbeat);
    var after = seq > 0 && nextBeat.isAfter(latest().plus(heartbeat));
    var times = sent.and(now);
    return new Tenure(fence, won, asked, seq + 1, next, times, after, acked, expires, holds, end);
  }

  /** How long ago beat {@code itsSeq} was sent, if this is the first acknowledgement of it. */
  Optional<Duration> took(NodeId voter, long itsSeq, Instant now) {
    if (itsSeq <= acked.getOrDefault(voter, 0L)) return Optional.empty();
    return sent.at(itsSeq).map(at -> Duration.between(at, now));
  }

  /** With a promise of {@code granted}, counted from when beat {@code itsSeq} was sent. */
  Tenure acked(NodeId voter, long itsSeq, Duration granted, Drift drift) {
    var left = sent.at(itsSeq);
    if (left.isEmpty() || itsSeq <= acked.getOrDefault(voter, 0L)) return this;
    var seqs = new TreeMap<>(acked);
    seqs.put(voter, itsSeq);
    var until = new TreeMap<>(expires);
    until.merge(voter, left.get().plus(drift.carries(granted)), (a, b) -> a.isAfter(b) ? a : b);
    return new Tenure(fence, won, promise, seq, nextBeat, sent, rested, seqs, until, holds, end);
  }

  /**
   * With the next beat due {@code rest} after the latest, or up to so much sooner, yet not before H
   * has passed: when the clock shows a multiple of {@code rest}. So the scopes that a node leads
   * beat together, and what they say leaves, wakes and is answered at once.
   */
  Tenure resting(Duration rest, Duration heartbeat) {
    var next = Grid.last(latest(), rest, heartbeat);
    return new Tenure(fence, won, promise, seq, next, sent, rested, acked, expires, holds, end);
  }

  /**
   * With a new record, which nobody holds yet, so the next beat comes without a rest: a change is
   * committed within H, two round trips and two writes (L10). Whoever votes no more is forgotten:
   * its promise must not count again if it returns, perhaps with another store.
   */
  Tenure proposing(Content next, Duration heartbeat) {
    var seqs = new TreeMap<>(acked);
    seqs.keySet().removeIf(voter -> !next.seats(voter));
    var ends = new TreeMap<>(expires);
    ends.keySet().removeIf(voter -> !next.seats(voter));
    var soon = soon(heartbeat).nextBeat;
    return new Tenure(
        fence, won, promise, seq, soon, sent, rested, seqs, ends, new TreeSet<>(), end);
  }

  /** With the next beat due after H, without a rest. */
  Tenure soon(Duration heartbeat) {
    var next = latest().plus(heartbeat);
    var soon = next.isBefore(nextBeat) ? next : nextBeat;
    return new Tenure(fence, won, promise, seq, soon, sent, rested, acked, expires, holds, end);
  }

  /** When the latest beat left; after the first only. */
  Instant latest() {
    return sent.at(seq).orElseThrow(() -> new IllegalStateException("no beat was sent yet"));
  }

  /** Whether every other voter acknowledged the latest beat, and holds this term's record. */
  boolean isHeardByAll(NodeId self, Content content) {
    return content.voters().stream()
        .map(Seat::node)
        .filter(voter -> !voter.equals(self))
        .allMatch(voter -> acked.getOrDefault(voter, 0L) == seq && holds.contains(voter));
  }

  /** How many other voters have not acknowledged the latest beat. */
  int missing(NodeId self, Content content) {
    var missing = 0;
    for (var seat : content.voters())
      if (!seat.node().equals(self) && acked.getOrDefault(seat.node(), 0L) < seq) missing++;
    return missing;
  }

  /** Whether a voter acknowledged one of the two latest beats, or of the last two heartbeats. */
  boolean isNear(NodeId voter, Instant now, Duration heartbeat) {
    var known = acked.getOrDefault(voter, 0L);
    if (known > 0 && known >= seq - 1) return true;
    var since = now.minus(heartbeat.multipliedBy(2));
    return sent.at(known).filter(at -> !at.isBefore(since)).isPresent();
  }

  Tenure heldBy(NodeId voter) {
    if (holds.contains(voter)) return this;
    var more = new TreeSet<>(holds);
    more.add(voter);
    return new Tenure(fence, won, promise, seq, nextBeat, sent, rested, acked, expires, more, end);
  }

  /** When authority ends: {@code epsilon} before the tenure; long ago without enough promises. */
  Instant authorityEnd(Duration epsilon) {
    return end.equals(Instant.MIN) ? end : end.minus(epsilon);
  }

  /** With its end computed anew: a leader is promised to itself from now on. */
  Tenure renewed(NodeId self, Instant own, Content content) {
    var ends = new ArrayList<Instant>();
    for (var seat : content.voters())
      ends.add(seat.node().equals(self) ? own : expires.getOrDefault(seat.node(), Instant.MIN));
    ends.sort(Comparator.reverseOrder());
    var reached = ends.get(content.quorum() - 1);
    return new Tenure(
        fence, won, promise, seq, nextBeat, sent, rested, acked, expires, holds, reached);
  }

  /** Whether a quorum held this term's record; only voters of it are among {@code holds}. */
  boolean committed(Content content) {
    return holds.size() >= content.quorum();
  }
}
