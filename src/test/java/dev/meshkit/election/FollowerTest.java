package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Steps.refusal;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ask;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.beatMessage;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a voter follows leaders, and what makes its timer fire. */
final class FollowerTest {
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
   * Who asked in vain follows nobody, however often it asks: the leader whose promise ran out is
   * not led by again until it is heard; and it is said once, not once a round.
   */
  @Test
  void aLeaderThatWentSilentIsNotFollowedBetweenTwoRounds() {
    var state = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    assertEquals(NOON.plusMillis(600), state.decisionEnds());
    var undecided = new LeaderDecision.Undecided(7);
    for (var round = 1; round <= 3; round++) {
      var due = new Facts(state.due(), 0);
      var asks = Election.step(state, Input.Tick.NOW, due);
      var round7 = assertInstanceOf(Role.PreCandidate.class, asks.state().role()).round();
      var lost = Election.step(asks.state(), new Input.Counted(Ballot.of(round7)), due);
      assertInstanceOf(Role.Follower.class, lost.state().role());
      assertEquals(undecided, lost.state().decision());
      assertEquals(round == 1 ? 1 : 0, all(asks, Effect.Decided.class).size());
      assertEquals(List.of(), all(lost, Effect.Decided.class));
      state = lost.state();
    }
    assertEquals(java.time.Instant.MAX, state.decisionEnds());
    var heard = Election.step(state, beat(BOB, 7, 2), new Facts(state.due(), 0)).state();
    assertInstanceOf(LeaderDecision.Following.class, heard.decision());
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
    assertEquals(FIRST, step.state().current().view().id(), "stored is not committed");
    var older = state.record().as(new RecordId(7, 9));
    var after =
        Election.step(
            step.state(), says(CAT, 8, later.id(), new Frame.RecordPut(older, true)), at(1));
    assertEquals(later, after.state().record());
    assertEquals(
        older, after.state().current().view(), "a view is the latest committed record heard of");
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

  /** beat, S9: who does not vote cannot have won a term, whatever record it names. */
  @Test
  void aStrangersBeatOfOnesOwnTermStopsNobody() {
    var rec = new RecordId(7, 9);
    var led = leader(7);
    var step = Election.step(led, says(DAN, 7, rec, beatMessage(1, FIRST)), at(1));
    assertEquals(new Effect.Dropped(DAN, Drop.NOT_MEMBER), only(step, Effect.Dropped.class));
    assertEquals(led.role(), step.state().role());
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
}
