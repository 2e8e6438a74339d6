package dev.meshkit.election;

import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.EVE;
import static dev.meshkit.election.TestFrames.FIVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E36: a ballot is order-free and counts each voter once. */
final class BallotTest {
  private static final Round VOTE = TestFrames.round(false, 7, FIVE);
  private static final Round PRE = TestFrames.round(true, 7, FIVE);

  @Test
  void everyOrderOfFiveRepliesGivesOneBallot() {
    var rival = new Ballot.Rival();
    var decks =
        List.of(
            List.of(yes(BOB), yes(CAT), no(DAN, Why.VOTED), no(EVE, Why.VOTED), yes(BOB)),
            List.of(
                yes(BOB), no(BOB, Why.PROMISE), no(CAT, Why.PROMISE), no(DAN, Why.QUIET), yes(EVE)),
            List.of(no(BOB, Why.PROMISE), no(BOB, Why.DISK), higher(CAT), yes(DAN), yes(EVE)),
            List.<Ballot.Reply>of(yes(BOB), rival, yes(CAT), rival, no(DAN, Why.STALE)));
    for (var deck : decks) {
      var results = permutations(deck).stream().map(BallotTest::fold).distinct().toList();
      assertEquals(1, results.size(), () -> deck + " gave " + results);
    }
  }

  @Test
  void aVoterCountsOnce() {
    var twice = fold(List.of(yes(BOB), yes(BOB), yes(BOB), yes(BOB), yes(BOB)));
    assertEquals(2, twice.granted().size());
    assertFalse(twice.won());
    assertTrue(twice.with(yes(CAT)).won());
  }

  @Test
  void onlyWhoWasAskedCounts() {
    var stranger = NodeId.of("eu", "zoe");
    var self = VOTE.self();
    assertEquals(Ballot.of(VOTE), fold(List.of(yes(stranger), yes(self), no(stranger, Why.TERM))));
  }

  @Test
  void itIsDecidedAsSoonAsItIs() {
    // won: three of five, its own vote included
    assertFalse(fold(List.of(yes(BOB))).decided());
    assertTrue(fold(List.of(yes(BOB), yes(CAT))).won());
    // lost: three refusals leave two
    assertFalse(fold(List.of(no(BOB, Why.VOTED), no(CAT, Why.VOTED))).decided());
    assertTrue(fold(List.of(no(BOB, Why.VOTED), no(CAT, Why.VOTED), no(DAN, Why.VOTED))).lost());
    // a rival or a later term ends it whatever was granted
    assertFalse(fold(List.of(yes(BOB), yes(CAT), new Ballot.Rival())).won());
    assertTrue(fold(List.of(higher(BOB))).lost());
    assertFalse(fold(List.of(yes(CAT), yes(DAN), higher(BOB))).won());
    // silence decides nothing
    assertEquals(Ballot.of(VOTE), Ballot.of(VOTE).without(new IllegalStateException("no link")));
  }

  /**
   * A vote's refusals show the voter's own term T; in a pre-vote for T that is already too late.
   */
  @Test
  void theSameTermEndsAPreVoteOnly() {
    var refusal = new Frame.Answer(1, 7, Why.VOTED, Duration.ZERO);
    assertFalse(Ballot.of(VOTE).with(new Ballot.Answered(BOB, 7, refusal)).decided());
    assertTrue(Ballot.of(PRE).with(new Ballot.Answered(BOB, 7, refusal)).lost());
  }

  @Test
  void waitingIsWorthwhileOnlyIfAllRefusedForAPromise() {
    assertEquals(Duration.ofMillis(30), fold(List.of(wait(BOB, 10), wait(CAT, 30))).promiseWait());
    assertEquals(Duration.ZERO, fold(List.of(wait(BOB, 10), no(CAT, Why.QUIET))).promiseWait());
    assertEquals(Duration.ZERO, Ballot.of(VOTE).promiseWait());
  }

  private static Ballot fold(List<Ballot.Reply> replies) {
    var ballot = Ballot.of(VOTE);
    for (var reply : replies) ballot = ballot.with(reply);
    return ballot;
  }

  private static Ballot.Reply yes(NodeId voter) {
    return new Ballot.Answered(voter, 7, new Frame.Answer(1, 7, Why.GRANTED, Duration.ZERO));
  }

  private static Ballot.Reply no(NodeId voter, Why why) {
    return new Ballot.Answered(voter, 7, new Frame.Answer(1, 7, why, Duration.ZERO));
  }

  private static Ballot.Reply wait(NodeId voter, long ms) {
    var answer = new Frame.Answer(1, 7, Why.PROMISE, Duration.ofMillis(ms));
    return new Ballot.Answered(voter, 7, answer);
  }

  private static Ballot.Reply higher(NodeId voter) {
    return new Ballot.Answered(voter, 9, new Frame.Answer(1, 7, Why.TERM, Duration.ZERO));
  }

  private static <T> List<List<T>> permutations(List<T> items) {
    if (items.isEmpty()) return List.of(List.of());
    var all = new ArrayList<List<T>>();
    for (var i = 0; i < items.size(); i++) {
      var rest = new ArrayList<>(items);
      var first = rest.remove(i);
      for (var tail : permutations(rest)) {
        var one = new ArrayList<T>(List.of(first));
        one.addAll(tail);
        all.add(one);
      }
    }
    return all;
  }
}
