package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.answer;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Steps.refusal;
import static dev.meshkit.election.Steps.termAndVote;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ask;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.preAsk;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a voter answers candidates, and when it is silent. */
final class VoterTest {
  /** E1, S4: the grant waits for the persist that says so, and the persist says so. */
  @Test
  void aVoteIsDurableBeforeItIsHeardOf() {
    // given a follower in term 6
    var step = Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0));
    // then it persists term and vote as number 1, and the answer waits for number 1
    var saved = step.state().current();
    assertEquals(new Effect.Persist(1, saved), only(step, Effect.Persist.class));
    assertEquals(List.of(7L, BOB), List.of(saved.term(), saved.voted()));
    var send = only(step, Effect.Send.class);
    assertEquals(1, send.after());
    assertEquals(Why.GRANTED, answer(send).why());
    assertEquals(7, send.frame().header().term());
  }

  /** Raft §5.2, R2: each voter votes for at most one candidate in a term. */
  @Test
  void aVoterVotesOncePerTerm() {
    // given a follower that gave Bob its vote in term 7, on disk
    var voted = settled(Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0)), at(0));
    // when Cat asks in the same term
    var asked = Election.step(voted, ask(CAT, 7, FIRST), at(1));
    // then Cat is refused at once and the vote stands
    assertEquals(Why.VOTED, refusal(asked));
    assertEquals(voted, asked.state());
  }

  /** E2: the same candidate, asking again, hears the same, and nothing is written twice. */
  @Test
  void aRepeatedAskGetsTheSameVote() {
    var voted = settled(Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0)), at(0));
    var again = Election.step(voted, ask(BOB, 7, FIRST), at(1));
    assertEquals(Why.GRANTED, answer(only(again, Effect.Send.class)).why());
    assertEquals(0, only(again, Effect.Send.class).after());
    assertTrue(all(again, Effect.Persist.class).isEmpty());
  }

  /** E2: (term, nobody) is a state of its own; after a restart the vote of that term stands. */
  @Test
  void aRestartedVoterRemembersWhomItVotedFor() {
    var voted = Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0)).state().current();
    var options = TestFrames.options(ANN, THREE);
    var begun = Election.begin(options, voted, false, at(0));
    var awake = Election.step(begun, Input.Tick.NOW, at(2_000)).state();
    assertEquals(Why.VOTED, refusal(Election.step(awake, ask(CAT, 7, FIRST), at(2_001))));
  }

  /** E5: a smaller record is refused, and the answer shows term and record. */
  @Test
  void aSmallerRecordIsRefusedAndTheVotersShown() {
    // given a voter that stores record 5/1 in term 5
    var state = settled(Election.step(follower(THREE, 4), beat(BOB, 5, 1), at(0)), at(0));
    var after = at(700);
    // when Cat, whose record is 0/1, asks in term 6
    var step = Election.step(state, ask(CAT, 6, FIRST), after);
    // then it is refused as stale; the header shows what is durable
    var send = only(step, Effect.Send.class);
    assertEquals(Why.STALE, answer(send).why());
    assertEquals(new RecordId(5, 1), send.frame().header().rec());
    assertEquals(5, send.frame().header().term());
    // and the term is adopted, but nobody has its vote
    assertEquals(List.of(6L, NodeId.NOBODY), termAndVote(step));
    assertEquals(Why.STALE, refusal(Election.step(state, preAsk(CAT, 6, FIRST), after)));
  }

  /** E16: promised to Bob, it refuses Cat's pre-vote and vote at any term, and keeps its term. */
  @Test
  void aPromisedVoterRefusesOthersAtAnyTerm() {
    var state = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    var rec = new RecordId(7, 1);
    for (var term : List.of(7L, 8L, 1_000L)) {
      var pre = Election.step(state, preAsk(CAT, term, rec), at(599));
      var vote = Election.step(state, ask(CAT, term, rec), at(599));
      if (term > 7) assertEquals(Why.PROMISE, refusal(pre));
      assertEquals(Why.PROMISE, refusal(vote));
      assertEquals(state, pre.state());
      assertEquals(state, vote.state());
    }
    // and says when to come back
    var wait = answer(only(Election.step(state, preAsk(CAT, 8, rec), at(599)), Effect.Send.class));
    assertEquals(Duration.ofMillis(1), wait.retryIn());
    // but helps Bob himself, and Cat once the promise is over
    assertEquals(8, Election.step(state, ask(BOB, 8, rec), at(599)).state().term());
    assertEquals(8, Election.step(state, ask(CAT, 8, rec), at(600)).state().term());
  }

  /** E16: a leader is promised to itself while it has tenure. */
  @Test
  void aLeaderWithTenureRefusesEverybody() {
    var leader = leader(7);
    var asked = Election.step(leader, ask(CAT, 9, new RecordId(7, 1)), at(100));
    assertEquals(Why.PROMISE, refusal(asked));
    assertInstanceOf(Role.Leader.class, asked.state().role());
    assertEquals(7, asked.state().term());
  }

  /** E24: a pre-vote grant moves no timer and writes nothing. */
  @Test
  void aPreVoteGrantChangesNothing() {
    var state = follower(THREE, 6);
    var step = Election.step(state, preAsk(CAT, 7, FIRST), at(10));
    assertEquals(Why.GRANTED, answer(only(step, Effect.Send.class)).why());
    assertEquals(new Step(state, step.effects()), step);
    assertEquals(1, step.effects().size());
  }

  /** preAsk: only a term above the voter's own is worth a vote. */
  @Test
  void aPreVoteForAPastTermIsRefused() {
    assertEquals(
        Why.TERM, refusal(Election.step(follower(THREE, 6), preAsk(CAT, 6, FIRST), at(0))));
    assertEquals(Why.TERM, refusal(Election.step(follower(THREE, 6), ask(CAT, 5, FIRST), at(0))));
  }

  /**
   * E18: after a restart nothing is granted and nobody campaigned for, for the cap; beats are
   * acked.
   */
  @Test
  void afterARestartAVoterStaysQuietForTheCap() {
    var options = TestFrames.options(ANN, THREE);
    var state = Election.begin(options, Durable.fresh(options.first()).raised(6), false, at(0));
    assertEquals(new Role.Recovering(NOON.plusMillis(2_000)), state.role());
    assertEquals(Why.QUIET, refusal(Election.step(state, preAsk(BOB, 7, FIRST), at(1_999))));
    assertEquals(Why.QUIET, refusal(Election.step(state, ask(BOB, 7, FIRST), at(1_999))));
    assertEquals(6, Election.step(state, ask(BOB, 7, FIRST), at(1_999)).state().term());
    assertEquals(state, Election.step(state, Input.Tick.NOW, at(1_999)).state());
    // a heartbeat is followed, and does not end the quiet period
    var followed = Election.step(state, beat(BOB, 9, 1), at(10)).state();
    assertEquals(BOB, followed.promise().leader());
    assertInstanceOf(Role.Recovering.class, followed.role());
    // after it, it votes
    var awake = Election.step(state, Input.Tick.NOW, at(2_000)).state();
    assertInstanceOf(Role.Follower.class, awake.role());
    assertEquals(7, Election.step(awake, ask(BOB, 7, FIRST), at(2_000)).state().term());
  }

  /** E18: the quiet period is the durable cap, whatever the record's max_promise is now. */
  @Test
  void theQuietPeriodIsTheOldCap() {
    var options = TestFrames.options(ANN, THREE);
    var old =
        new Durable(6, NodeId.NOBODY, options.first(), options.first(), Duration.ofSeconds(9));
    assertEquals(
        new Role.Recovering(NOON.plusSeconds(9)),
        Election.begin(options, old, false, at(0)).role());
    assertInstanceOf(Role.Follower.class, Election.begin(options, old, true, at(0)).role());
  }

  /** ARCHITECTURE §9.4: a sole voter skips the quiet period only if it led its own last term. */
  @Test
  void aSoleVoterThatLedItsLastTermIsNotQuiet() {
    var alone = TestFrames.options(ANN, List.of(ANN));
    var led = Durable.fresh(alone.first()).raised(6).storing(alone.first().as(new RecordId(6, 1)));
    assertInstanceOf(Role.Follower.class, Election.begin(alone, led, false, at(0)).role());
    var helped = Durable.fresh(alone.first()).raised(6);
    assertInstanceOf(Role.Recovering.class, Election.begin(alone, helped, false, at(0)).role());
  }

  /** A node that is no voter neither votes nor campaigns. */
  @Test
  void anObserverDoesNotVote() {
    var options = TestFrames.options(ANN, List.of(BOB, CAT));
    var state = Election.begin(options, Durable.fresh(options.first()), true, at(0));
    assertInstanceOf(Role.Observer.class, state.role());
    var ask = says(BOB, List.of(BOB, CAT), 7, FIRST, new Frame.Ask(1, false, 7, FIRST));
    assertEquals(Why.NOT_MEMBER, refusal(Election.step(state, ask, at(0))));
    assertEquals(java.time.Instant.MAX, state.due());
  }

  /** E4 (part): with a persist overdue by D it neither votes nor campaigns. */
  @Test
  void aStalledVoterDoesNotVote() {
    var stalled = Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)).state();
    var late = at(2_000);
    assertEquals(
        Why.DISK, refusal(Election.step(stalled, preAsk(CAT, 8, new RecordId(7, 1)), late)));
    var ticked = Election.step(stalled, Input.Tick.NOW, late).state();
    assertInstanceOf(Role.Follower.class, ticked.role());
    assertTrue(ticked.due().isAfter(late.now()));
  }

  /** E3: a failed write ends authority and silences the node; nothing that waited leaves. */
  @Test
  void aFailedWriteSilencesTheNode() {
    var asked = Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0));
    var outbox = new Outbox();
    assertTrue(outbox.pass(asked.effects()).stream().noneMatch(e -> e instanceof Effect.Send));
    var failed = Election.step(asked.state(), new Input.StorageFailed(), at(1));
    assertEquals(
        List.of(new Effect.Halt(HaltCause.STORE_FAILED)),
        outbox.pass(failed.effects()).stream()
            .filter(e -> !(e instanceof Effect.Decided))
            .toList());
    assertEquals(List.of(), outbox.done(1));
    assertFalse(failed.state().due().isBefore(java.time.Instant.MAX));
  }
}
