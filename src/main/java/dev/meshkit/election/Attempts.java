package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a voter tried since it last followed somebody, and how long the others take to answer, which
 * it learns by that. An accepted beat clears all but the count and what was learned; before, a
 * recovery is given up, as somebody leads.
 *
 * @param round the last round's id; only grows
 * @param asked when the voters were asked, if an answer can still tell how long it took
 * @param unheard who has not answered that; {@code asked} says nothing if nobody
 * @param trips how long the other voters take to answer
 * @param lost rounds lost in this leaderless period
 * @param again whether a round lost only to promises was asked again
 * @param yielded to whom this voter gave way; once each
 * @param survivors whom it asks so as to begin the next generation
 */
record Attempts(
    long round,
    Instant asked,
    SortedSet<NodeId> unheard,
    RoundTrips trips,
    int lost,
    boolean again,
    SortedSet<NodeId> yielded,
    Survivors survivors) {
  static final Attempts NONE =
      new Attempts(
          0,
          Instant.MIN,
          new TreeSet<>(),
          RoundTrips.NONE,
          0,
          false,
          new TreeSet<>(),
          Survivors.NONE);

  Attempts {
    unheard = Collections.unmodifiableSortedSet(new TreeSet<>(unheard));
    yielded = Collections.unmodifiableSortedSet(new TreeSet<>(yielded));
  }

  /** A round whose answers take a write, or which left late: how long they take says nothing. */
  Attempts next() {
    return new Attempts(
        round + 1, Instant.MIN, new TreeSet<>(), trips, lost, again, yielded, survivors);
  }

  /** A round that asks {@code voters} now, and binds nobody. */
  Attempts asking(Collection<NodeId> voters, Instant now) {
    return new Attempts(round, now, new TreeSet<>(voters), trips, lost, again, yielded, survivors);
  }

  /** How long {@code voter} took to answer that round, if this is its first answer. */
  Optional<Duration> took(NodeId voter, long itsRound, Instant now) {
    if (itsRound != round || !unheard.contains(voter)) return Optional.empty();
    return Optional.of(Duration.between(asked, now));
  }

  Attempts heard(NodeId voter) {
    var left = new TreeSet<>(unheard);
    left.remove(voter);
    var since = left.isEmpty() ? Instant.MIN : asked;
    return new Attempts(round, since, left, trips, lost, again, yielded, survivors);
  }

  Attempts learning(RoundTrips more) {
    return new Attempts(round, asked, unheard, more, lost, again, yielded, survivors);
  }

  Attempts lostOne() {
    return new Attempts(round, asked, unheard, trips, lost + 1, again, yielded, survivors);
  }

  Attempts askingAgain() {
    return new Attempts(round, asked, unheard, trips, lost, true, yielded, survivors);
  }

  Attempts yieldingTo(NodeId rival) {
    var more = new TreeSet<>(yielded);
    more.add(rival);
    return new Attempts(round, asked, unheard, trips, lost, again, more, survivors);
  }

  Attempts cleared() {
    return lost == 0 && !again && yielded.isEmpty() && unheard.isEmpty()
        ? this
        : new Attempts(
            round, Instant.MIN, new TreeSet<>(), trips, 0, false, new TreeSet<>(), survivors);
  }

  /** With so much of a recovery; {@link Survivors#NONE} drops it. */
  Attempts recovering(Survivors asked) {
    return new Attempts(round, this.asked, unheard, trips, lost, again, yielded, asked);
  }
}
