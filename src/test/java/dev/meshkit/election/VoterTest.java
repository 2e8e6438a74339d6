package dev.meshkit.election;

import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.PROFILE;
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

/** How a voter answers candidates and follows leaders. */
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

  /** E22 (seed trap 1): a heartbeat moves the election timer; each one does. */
  @Test
  void aHeartbeatMovesTheTimer() {
    var state = follower(THREE, 6);
    for (var seq = 1; seq <= 5; seq++) {
      state = settled(Election.step(state, beat(BOB, 7, seq), at(100L * seq)), at(100L * seq));
      // until = now + P; Ann is first among those who may follow Bob; no jitter drawn
      assertEquals(NOON.plusMillis(100L * seq + 600), state.fireAt());
      assertEquals(state.fireAt(), state.due());
    }
    // and silence fires it: a tick before does nothing
    assertEquals(state, Election.step(state, Input.Tick.NOW, at(1_099)).state());
    var fired = Election.step(state, Input.Tick.NOW, at(1_100)).state();
    assertInstanceOf(Role.PreCandidate.class, fired.role());
  }

  /** E22: the timer belongs to the scope, not to a round: it fires again after a lost one. */
  @Test
  void theTimerOutlivesALostRound() {
    var state = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    for (var round = 1; round <= 5; round++) {
      var asking = assertInstanceOf(Role.PreCandidate.class, state.role());
      assertEquals(round, asking.round().id());
      var lost = Election.step(state, new Input.Counted(Ballot.of(asking.round())), at(200));
      assertInstanceOf(Role.Follower.class, lost.state().role());
      state = Election.step(lost.state(), Input.Tick.NOW, new Facts(lost.state().due(), 0)).state();
    }
  }

  /**
   * E23 (seed trap 2): after one lapse each voter's timer fires at another time, by rank and id.
   */
  @Test
  void followersOfOneLapseFireAtDifferentTimes() {
    for (var chance : List.of(0L, -1L, 0x123456789abcdefL)) {
      var fire = new java.util.TreeSet<java.time.Instant>();
      for (var self : List.of(ANN, CAT)) {
        var options = TestFrames.options(self, THREE);
        var state = Election.begin(options, Durable.fresh(options.first()), true, at(0));
        fire.add(Election.step(state, beat(BOB, 7, 1), new Facts(NOON, chance)).state().fireAt());
      }
      assertEquals(
          PROFILE.step(), Duration.between(fire.first(), fire.last()), "same draw, one δ apart");
    }
  }

  /** beat: a heartbeat of a past term is told so, and promises nothing. */
  @Test
  void aPastLeaderIsToldTheTerm() {
    var state = follower(THREE, 6);
    var step = Election.step(state, beat(BOB, 5, 1), at(0));
    assertEquals(Why.TERM, refusal(step));
    assertEquals(6, only(step, Effect.Send.class).frame().header().term());
    assertEquals(state, step.state());
  }

  /** S4: an ack waits until the term it is given in is durable; then it leaves at once. */
  @Test
  void anAckWaitsForItsTermAndNoLonger() {
    var first = Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0));
    assertEquals(
        List.of(1L), all(first, Effect.Send.class).stream().map(Effect.Send::after).toList());
    // a second beat while the disk is still busy waits, too
    var meanwhile = Election.step(first.state(), beat(BOB, 7, 2), at(100));
    assertEquals(1, only(meanwhile, Effect.Send.class).after());
    // once durable, acks leave at once
    var later = Election.step(settled(meanwhile, at(101)), beat(BOB, 7, 3), at(200));
    assertEquals(0, only(later, Effect.Send.class).after());
  }

  /** R5: with the term durable, the promise leaves at once and the new record when it is stored. */
  @Test
  void aNewRecordIsShownOnlyWhenStored() {
    // given a voter whose disk has term 7 and record 0/1: it voted for Bob
    var state = settled(Election.step(follower(THREE, 6), ask(BOB, 7, FIRST), at(0)), at(0));
    // when Bob's beat names record 7/1, of the same content
    var step = Election.step(state, beat(BOB, 7, 1), at(1));
    // then one ack leaves at once under 0/1, the other under 7/1 after the persist
    var sends = all(step, Effect.Send.class);
    assertEquals(List.of(0L, 2L), sends.stream().map(Effect.Send::after).toList());
    assertEquals(
        List.of(FIRST, new RecordId(7, 1)),
        sends.stream().map(s -> s.frame().header().rec()).toList());
    assertEquals(new RecordId(7, 1), step.state().record().id());
  }

  /** beat, R10: a record of another content is fetched, not guessed. */
  @Test
  void anUnknownRecordIsAskedFor() {
    var other = new Frame.Beat(1, 0, PROFILE.promise(), dev.meshkit.api.Bytes.of((byte) 1), FIRST);
    var step = Election.step(follower(THREE, 7), says(BOB, 7, new RecordId(7, 2), other), at(0));
    assertEquals(FIRST, step.state().record().id());
    var asked = all(step, Effect.Send.class).stream().map(s -> s.frame().message()).toList();
    assertTrue(asked.contains(new Frame.RecordGet(new RecordId(7, 2))), asked.toString());
  }

  /** beat: a late or repeated heartbeat must not bind again (KAFKA-20895). */
  @Test
  void aLateHeartbeatDoesNotBindAgain() {
    var state = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 2), at(0)), at(0));
    for (var seq : List.of(1L, 2L))
      assertEquals(new Step(state, List.of()), Election.step(state, beat(BOB, 7, seq), at(300)));
    // nor one of a term its leader gave up
    var down = says(BOB, 7, new RecordId(7, 1), new Frame.StepDown(7, NodeId.NOBODY));
    var free = Election.step(state, down, at(310)).state();
    assertEquals(Promise.NONE, free.promise());
    assertEquals(new Step(free, List.of()), Election.step(free, beat(BOB, 7, 9), at(320)));
  }

  /** down: only the promised leader shortens a promise, and never that of a later term. */
  @Test
  void onlyTheLeaderItselfEndsAPromise() {
    var state = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    var rec = new RecordId(7, 1);
    var cats = Election.step(state, says(CAT, 7, rec, new Frame.StepDown(7, NodeId.NOBODY)), at(1));
    assertEquals(state.promise(), cats.state().promise());
    var old = Election.step(state, says(BOB, 7, rec, new Frame.StepDown(6, NodeId.NOBODY)), at(1));
    assertEquals(state.promise(), old.state().promise());
    var own = Election.step(state, says(BOB, 7, rec, new Frame.StepDown(7, NodeId.NOBODY)), at(1));
    assertEquals(Promise.NONE, own.state().promise());
    assertEquals(NOON.plusMillis(1), own.state().fireAt());
    // named as next, the others give it half a jitter's start
    var named = Election.step(state, says(BOB, 7, rec, new Frame.StepDown(7, CAT)), at(1));
    assertEquals(NOON.plusMillis(101), named.state().fireAt());
  }

  /** record, R4: a later record is adopted from anyone and raises the term; an older one is not. */
  @Test
  void aLaterRecordIsAdopted() {
    var state = follower(THREE, 6);
    var later = state.record().as(new RecordId(8, 2));
    var step =
        Election.step(state, says(BOB, 8, later.id(), new Frame.RecordPut(later, false)), at(0));
    assertEquals(later, step.state().record());
    assertEquals(8, step.state().term());
    assertEquals(FIRST, step.state().view().id(), "stored is not committed");
    var older = state.record().as(new RecordId(7, 9));
    var after =
        Election.step(
            step.state(), says(CAT, 8, later.id(), new Frame.RecordPut(older, true)), at(1));
    assertEquals(later, after.state().record());
    assertEquals(older, after.state().view(), "a view is the latest committed record heard of");
  }

  /**
   * record: votes count over V of the record the ask carried, so a campaign ends when it changes.
   */
  @Test
  void aLaterRecordEndsACampaign() {
    var asking = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var later = asking.record().as(new RecordId(6, 2));
    var step =
        Election.step(asking, says(BOB, 6, later.id(), new Frame.RecordPut(later, false)), at(1));
    assertInstanceOf(Role.Follower.class, step.state().role());
    assertEquals(1, all(step, Effect.Abort.class).size());
    assertEquals(6, step.state().term());
  }

  /** get: shown is what the disk holds. */
  @Test
  void aRecordIsShownOnRequest() {
    var state = follower(THREE, 6);
    var step = Election.step(state, says(BOB, 6, FIRST, new Frame.RecordGet(FIRST)), at(0));
    assertEquals(
        new Frame.RecordPut(state.record(), true), only(step, Effect.Send.class).frame().message());
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

  /** beat: somebody else leads this node's own term: S1 is broken, and it stops. */
  @Test
  void aSecondLeaderOfOneTermStopsTheNode() {
    var step = Election.step(leader(7), beat(CAT, 7, 1), at(1));
    assertEquals(new Role.Stopped(HaltCause.SPLIT), step.state().role());
    assertInstanceOf(Effect.Lost.class, step.effects().getFirst());
    // and it says nothing ever after
    assertEquals(
        new Step(step.state(), List.of()), Election.step(step.state(), ask(BOB, 9, FIRST), at(2)));
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

  private static Frame.Answer answer(Effect.Send send) {
    return assertInstanceOf(Frame.Answer.class, send.frame().message());
  }

  /** Why the step refused, at once and without waiting for a disk. */
  private static Why refusal(Step step) {
    var send = only(step, Effect.Send.class);
    assertEquals(0, send.after());
    return answer(send).why();
  }

  private static List<Object> termAndVote(Step step) {
    return List.of(step.state().current().term(), step.state().current().voted());
  }

  static <T extends Effect> List<T> all(Step step, Class<T> kind) {
    return step.effects().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  static <T extends Effect> T only(Step step, Class<T> kind) {
    var found = all(step, kind);
    assertEquals(1, found.size(), () -> "want one " + kind.getSimpleName() + ": " + step.effects());
    return found.getFirst();
  }
}
