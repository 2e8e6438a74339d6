package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.RoundTrips;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * One scope as this node's voter sees it: what operators read. Immutable.
 *
 * @param scope which
 * @param decision who leads
 * @param ends when that ends by itself, on the monotonic clock: the promise to whoever is followed
 * @param sinceWall since when this voter thinks so
 * @param cause why it changed
 * @param before who led before, or {@link NodeId#NOBODY}
 * @param gap how long nobody led between the two
 * @param term this voter's term
 * @param record the latest record it stores
 * @param view the latest record it knows to be committed
 * @param learners who hears this node when it leads, and may vote next
 * @param trips how long the other voters take to answer this one
 * @param advice what this node's autopilot did about the voters last, or why nothing; empty where
 *     the voters are fixed
 */
record ElectionView(
    Scope scope,
    LeaderDecision decision,
    Instant ends,
    Instant sinceWall,
    String cause,
    NodeId before,
    Duration gap,
    long term,
    ScopeRecord record,
    ScopeRecord view,
    List<Seat> learners,
    RoundTrips trips,
    String advice) {
  /** Whether {@code node} votes by the latest record. */
  boolean seats(NodeId node) {
    return record.content().voters().stream().anyMatch(seat -> seat.node().equals(node));
  }

  /** How many voters who can vote it can lose and still be led; negative: it has no quorum. */
  int margin(Predicate<Seat> canVote) {
    var content = record.content();
    var up = content.voters().stream().filter(canVote).count();
    return (int) up - content.quorum();
  }

  /** The same at this moment: nobody is followed any longer than the promise to them binds. */
  ElectionView asOf(Clocks clocks) {
    var over = Duration.between(ends, clocks.monotonic().instant());
    if (over.isNegative() || !(decision instanceof LeaderDecision.Following(var last, _)))
      return this;
    return new ElectionView(
        scope,
        new LeaderDecision.Undecided(term),
        Instant.MAX,
        clocks.wall().instant().minus(over),
        "TIMEOUT",
        last,
        Duration.ZERO,
        term,
        record,
        view,
        learners,
        trips,
        advice);
  }
}
