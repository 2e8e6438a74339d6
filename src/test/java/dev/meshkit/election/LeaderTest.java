package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.EU;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.ballot;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a candidate wins, and how a leader keeps and loses its tenure. */
final class LeaderTest {
  private static final Fence FENCE = new Fence(EU, 1, 7);
  private static final Duration CARRIED = Duration.ofMillis(600).multipliedBy(9).dividedBy(11);

  /**
   * tick, counted: pre-vote first, which binds nobody; then term and own vote, durable, then asks.
   */
  @Test
  void aCandidateAsksBeforeItRaisesTheTerm() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0));
    var pre = only(fired, Effect.Race.class);
    assertEquals(
        List.of(true, 7L, 0L), List.of(pre.round().pre(), pre.round().term(), pre.after()));
    assertEquals(6, fired.state().term());
    assertTrue(all(fired, Effect.Persist.class).isEmpty());
    var won = new Input.Counted(ballot(pre.round(), Why.GRANTED, BOB));
    var stood = Election.step(fired.state(), won, at(1));
    var race = only(stood, Effect.Race.class);
    assertEquals(
        List.of(false, 7L, 1L), List.of(race.round().pre(), race.round().term(), race.after()));
    assertEquals(ANN, stood.state().current().voted());
    assertEquals(new Effect.Persist(1, stood.state().current()), only(stood, Effect.Persist.class));
  }

  /** R3, E6: the winner's rewrite (T, v) is on its way to disk first; no frame shows it before. */
  @Test
  void theWinnersRewriteIsNotShownBeforeItIsDurable() {
    var won = won(7);
    assertEquals(new RecordId(7, 1), won.state().record().id());
    assertEquals(won.state().current(), only(won, Effect.Persist.class).durable());
    // the first beat leaves at once, under the record that is durable
    var beats = all(won, Effect.Send.class);
    assertEquals(2, beats.size());
    for (var beat : beats) {
      assertEquals(0, beat.after());
      assertEquals(FIRST, beat.frame().header().rec());
      assertEquals(7, beat.frame().header().term());
    }
    // a winner has no authority before a quorum has promised
    assertInstanceOf(Role.Pending.class, won.state().role());
    assertTrue(all(won, Effect.Gained.class).isEmpty());
  }

  /** ack, E17: tenure = quorum-th largest of sent + p'κ, from when the beat was sent. */
  @Test
  void tenureCountsFromSendTimeWithKappa() {
    var won = settled(won(7), at(0));
    var step = Election.step(won, ack(BOB, 7, 1), at(50));
    var until = NOON.plus(CARRIED).minus(PROFILE.epsilon());
    assertEquals(new Effect.Gained(FENCE, until), only(step, Effect.Gained.class));
    assertEquals(
        List.of(new Effect.Decided(new LeaderDecision.Led(FENCE))),
        all(step, Effect.Decided.class));
  }

  /** E17: at clock rates 1−ρ and 1+ρ the tenure is over before the promise is. */
  @Test
  void tenureEndsBeforeThePromiseAtTheWorstRates() {
    var promise = PROFILE.promise().toNanos();
    var carried = new Drift(Content.RHO_PPM).carries(PROFILE.promise()).toNanos();
    var leaderReal = carried / 0.9; // its clock is slow: this much real time passes
    var voterReal = promise / 1.1; // its clock is fast: the promise is over after this much
    assertTrue(leaderReal <= voterReal, leaderReal + " > " + voterReal);
    assertTrue(voterReal - leaderReal < 10, "and nothing is given away");
  }

  /** ack: only this term's own beats carry, each once, and no more than was asked for. */
  @Test
  void anAckCarriesOnlyWhatItsBeatAskedFor() {
    var leader = leader(7);
    var end = tenure(leader).end();
    for (var late : List.of(ack(BOB, 7, 1), ack(BOB, 7, 99), ack(BOB, 6, 1)))
      assertEquals(end, tenure(Election.step(leader, late, at(90)).state()).end());
    var beaten = Election.step(leader, Input.Tick.NOW, at(100)).state();
    assertEquals(end, tenure(Election.step(beaten, ack(BOB, 6, 2), at(105)).state()).end());
    var greedy = new Frame.BeatAck(2, 0, Duration.ofSeconds(50), true);
    var step = Election.step(beaten, says(BOB, 7, new RecordId(7, 1), greedy), at(110));
    assertEquals(NOON.plusMillis(100).plus(CARRIED), tenure(step.state()).end());
  }

  /** tick: each H a beat, with a new number, at once whatever the disk does. */
  @Test
  void aLeaderBeatsEachH() {
    var leader = leader(7);
    assertEquals(NOON.plusMillis(100), leader.due());
    var step = Election.step(leader, Input.Tick.NOW, at(100));
    var beats = all(step, Effect.Send.class);
    assertEquals(List.of(BOB, CAT), beats.stream().map(Effect.Send::to).toList());
    for (var send : beats) {
      var beat = assertInstanceOf(Frame.Beat.class, send.frame().message());
      assertEquals(List.of(2L, 0L), List.of(beat.seq(), send.after()));
      assertEquals(PROFILE.promise(), beat.promise());
    }
    assertEquals(NOON.plusMillis(200), step.state().due());
  }

  /** tick: no rest before a beat has told all voters that the record is committed. */
  @Test
  void aLeaderWithNewsDoesNotRest() {
    var pending = settled(won(7), at(0));
    var first = Election.step(pending, ack(BOB, 7, 1), at(1)).state();
    assertEquals(new RecordId(7, 1), first.current().view().id());
    assertEquals(NOON.plusMillis(100), first.due());
  }

  /**
   * tick, E19, S7: without acks it lapses ε before the tenure ends, says so, and is done with 7.
   */
  @Test
  void aLeaderWithoutAcksLapsesAndNeverLeadsThatTermAgain() {
    var leader = leader(7);
    var lapse = new Facts(tenure(leader).end().minus(PROFILE.epsilon()), 0);
    var before = new Facts(lapse.now().minusNanos(1), 0);
    assertInstanceOf(
        Role.Leader.class, Election.step(leader, Input.Tick.NOW, before).state().role());
    var step = Election.step(leader, Input.Tick.NOW, lapse);
    assertEquals(new Effect.Lost(FENCE, Cause.LAPSE), step.effects().getFirst());
    assertEquals(
        Collections.nCopies(2, new Frame.StepDown(7, NodeId.NOBODY, Cause.LAPSE)),
        all(step, Effect.Send.class).stream().map(s -> s.frame().message()).toList());
    // an ack that comes now revives nothing (S11)
    var after = Election.step(step.state(), ack(BOB, 7, 1), lapse);
    assertEquals(new Step(step.state(), List.of()), after);
  }

  /** E19: a pause of any length is noticed by the first step after it, before anything is sent. */
  @Test
  void aLeaderThatSleptHasNoAuthorityWhenItWakes() {
    var step = Election.step(leader(7), Input.Tick.NOW, at(60_000));
    assertEquals(new Effect.Lost(FENCE, Cause.LAPSE), step.effects().getFirst());
  }

  /** S7: and by an acknowledgement, if that is what the step is about: it comes too late. */
  @Test
  void anAcknowledgementDoesNotReviveATenureThatHasEnded() {
    var beaten = Election.step(leader(7), Input.Tick.NOW, at(200)).state();
    var end = tenure(beaten).end().minus(PROFILE.epsilon());
    var before = Election.step(beaten, ack(BOB, 7, 2), new Facts(end.minusNanos(1), 0));
    assertTrue(tenure(before.state()).end().isAfter(end), "in time it counts");
    var late = Election.step(beaten, ack(BOB, 7, 2), new Facts(end, 0));
    assertEquals(new Effect.Lost(FENCE, Cause.LAPSE), late.effects().getFirst());
    assertEquals(List.of(), all(late, Effect.Extended.class));
    assertInstanceOf(Role.Follower.class, late.state().role());
  }

  /**
   * E19: a clock by which the latest beat is yet to be sent ends it, whatever the step is about.
   */
  @Test
  void aClockThatWentBackEndsATenure() {
    var beaten = Election.step(leader(7), Input.Tick.NOW, at(200)).state();
    assertInstanceOf(
        Role.Leader.class, Election.step(beaten, ack(BOB, 7, 2), at(200)).state().role());
    var back = new Facts(at(200).now().minusNanos(1), 0);
    for (var input : List.of(Input.Tick.NOW, ack(BOB, 7, 2))) {
      var step = Election.step(beaten, input, back);
      assertEquals(new Effect.Lost(FENCE, Cause.CLOCK), step.effects().getFirst());
    }
  }

  /** ack: a voter in a later term ends it; a stranger in a later term does not (S9). */
  @Test
  void aHigherTermEndsATenure() {
    var higher = says(BOB, 9, new RecordId(7, 1), new Frame.BeatAck(1, 0, Duration.ZERO, true));
    var step = Election.step(leader(7), higher, at(10));
    assertEquals(new Effect.Lost(FENCE, Cause.HIGHER_TERM), step.effects().getFirst());
    assertEquals(9, step.state().term());
    assertEquals(step.state().current(), only(step, Effect.Persist.class).durable());
    // and it lets the others try first: J, then its place behind both
    assertEquals(NOON.plusMillis(10 + 200 + 100), step.state().due());
  }

  /** tick: a winner nobody promises gives up after P. */
  @Test
  void aWinnerWithoutPromisesGivesUp() {
    var won = settled(won(7), at(0));
    var step = Election.step(won, Input.Tick.NOW, at(600));
    assertInstanceOf(Role.Follower.class, step.state().role());
    assertTrue(all(step, Effect.Lost.class).isEmpty(), "what was not gained is not lost");
    assertEquals(2, all(step, Effect.Send.class).size());
  }

  /** R6: committed once a quorum has held (T, v); the view moves, and the next beats say so. */
  @Test
  void aRecordIsCommittedByAQuorumOfHolders() {
    var pending = won(7);
    // an ack under the older record promises, but holds nothing; Ann's own disk has 7/1 by then
    var promised = says(BOB, 7, FIRST, new Frame.BeatAck(1, 0, PROFILE.promise(), true));
    var led = Election.step(settled(pending, at(0)), promised, at(1));
    assertInstanceOf(Role.Leader.class, led.state().role());
    assertEquals(FIRST, led.state().current().view().id());
    // one that shows exactly (7, 7/1) does
    var held = Election.step(led.state(), ack(BOB, 7, 1), at(2));
    assertEquals(new RecordId(7, 1), held.state().current().view().id());
    assertEquals(
        new Effect.Committed(held.state().record(), held.state().disk().k(), 2),
        only(held, Effect.Committed.class));
  }

  /** R6: without its own disk the leader is no holder. */
  @Test
  void aLeaderCountsItselfOnlyWhenDurable() {
    var pending = won(7).state();
    var held = Election.step(pending, ack(BOB, 7, 1), at(1));
    assertEquals(FIRST, held.state().current().view().id());
    var stored = Election.step(held.state(), new Input.StorageDone(2), at(2));
    assertEquals(new RecordId(7, 1), stored.state().current().view().id());
  }

  /** A lone voter leads at once: no jitter, no round trip, no quiet period. */
  @Test
  void aLoneVoterLeadsAfterTwoPersists() {
    var options = TestFrames.options(ANN, List.of(ANN));
    var state = Election.begin(options, Durable.fresh(options.first()), true, new Facts(NOON, -1));
    assertEquals(NOON, state.due(), "whatever the draw");
    state = Election.step(state, Input.Tick.NOW, at(0)).state();
    var pre = assertInstanceOf(Role.PreCandidate.class, state.role()).round();
    state = Election.step(state, new Input.Counted(Ballot.of(pre)), at(0)).state();
    state = Election.step(state, new Input.StorageDone(1), at(2)).state();
    var vote = assertInstanceOf(Role.Candidate.class, state.role()).round();
    var step = Election.step(state, new Input.Counted(Ballot.of(vote)), at(2));
    assertEquals(1, all(step, Effect.Gained.class).size());
  }

  /** Stop: authority off, StepDown, then a voter until a successor beats or 2 s have passed. */
  @Test
  void aStoppingLeaderVotesOnForItsSuccessor() {
    var step = Election.step(leader(7), new Input.Stop(), at(10));
    assertEquals(new Effect.Lost(FENCE, Cause.SHUTDOWN), step.effects().getFirst());
    assertEquals(2, all(step, Effect.Send.class).size());
    assertInstanceOf(Role.Follower.class, step.state().role());
    var voted = Election.step(step.state(), TestFrames.ask(BOB, 8, new RecordId(7, 1)), at(20));
    assertEquals(BOB, voted.state().current().voted());
    assertEquals(NOON.plusMillis(2_010), voted.state().due(), "it does not campaign");
    var led = Election.step(voted.state(), TestFrames.beat(BOB, 8, 1), at(30));
    assertEquals(new Effect.Halt(HaltCause.STOPPED), only(led, Effect.Halt.class));
    assertEquals(
        new Role.Stopped(HaltCause.STOPPED),
        Election.step(voted.state(), Input.Tick.NOW, at(2_010)).state().role());
    // who does not lead stops at once
    var idle = Election.step(follower(THREE, 6), new Input.Stop(), at(0));
    assertEquals(new Role.Stopped(HaltCause.STOPPED), idle.state().role());
  }

  /** A clock that cannot be trusted ends authority (E19). */
  @Test
  void aSuspectClockEndsATenure() {
    var step = Election.step(leader(7), new Input.ClockSuspect(), at(10));
    assertEquals(new Effect.Lost(FENCE, Cause.CLOCK), step.effects().getFirst());
  }

  /** counted: a round that is over decides nothing, whoever won it. */
  @Test
  void aLateBallotIsIgnored() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var round = assertInstanceOf(Role.PreCandidate.class, fired.role()).round();
    var followed = settled(Election.step(fired, TestFrames.beat(BOB, 7, 1), at(1)), at(1));
    var late = new Input.Counted(ballot(round, Why.GRANTED, BOB, CAT));
    assertEquals(new Step(followed, List.of()), Election.step(followed, late, at(2)));
    // nor in the round after it
    var lost = Election.step(fired, new Input.Counted(Ballot.of(round)), at(200)).state();
    var next = Election.step(lost, Input.Tick.NOW, new Facts(lost.due(), 0)).state();
    assertInstanceOf(Role.PreCandidate.class, next.role());
    assertEquals(new Step(next, List.of()), Election.step(next, late, at(201)));
  }

  /** counted: a higher term heard in a round is adopted, and the round lost. */
  @Test
  void aHigherTermHeardInARoundIsAdopted() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var round = assertInstanceOf(Role.PreCandidate.class, fired.role()).round();
    var refusal = new Frame.Answer(round.id(), 7, Why.TERM, Duration.ZERO);
    var told = Ballot.of(round).with(new Ballot.Answered(BOB, 11, refusal));
    assertTrue(told.lost());
    var step = Election.step(fired, new Input.Counted(told), at(1));
    assertEquals(11, step.state().term());
    assertInstanceOf(Role.Follower.class, step.state().role());
  }

  /**
   * raise: whoever was overtaken waits anew; its timer has run out, and would fire at once (E22).
   */
  @Test
  void anOvertakenCandidateDoesNotFireAtOnce() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var stale = says(BOB, 9, FIRST, new Frame.Ask(1, false, 9, RecordId.NONE));
    var step = Election.step(fired, stale, new Facts(NOON.plusMillis(10), -1));
    assertInstanceOf(Role.Follower.class, step.state().role());
    assertTrue(step.state().due().isAfter(NOON.plusMillis(10 + 199)));
  }

  /** §6: a round lost only to promises asks again once, when they have ended. */
  @Test
  void aRoundLostToPromisesAsksAgainWhenTheyEnd() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var lost = new Input.Counted(refusedFor(fired, Duration.ofMillis(140)));
    var again = Election.step(fired, lost, at(10)).state();
    assertEquals(NOON.plusMillis(150), again.fireAt());
    var second = Election.step(again, Input.Tick.NOW, at(150)).state();
    var step =
        Election.step(
            second, new Input.Counted(refusedFor(second, Duration.ofMillis(140))), at(160));
    assertEquals(NOON.plusMillis(160), step.state().fireAt(), "U(0, 2J), drawn 0");
  }

  /** §6: a pre-candidate gives way to one before it, once. */
  @Test
  void aPreCandidateYieldsOnceToOneBeforeIt() {
    var options = TestFrames.options(CAT, THREE);
    var cat = Election.begin(options, Durable.fresh(options.first()).raised(6), true, at(0));
    cat = Election.step(cat, Input.Tick.NOW, new Facts(cat.due(), 0)).state();
    var asked = TestFrames.preAsk(ANN, 7, FIRST);
    var yielded = Election.step(cat, asked, at(110));
    assertEquals(1, all(yielded, Effect.Abort.class).size());
    assertEquals(NOON.plusMillis(310), yielded.state().fireAt());
    var second = Election.step(yielded.state(), Input.Tick.NOW, at(310)).state();
    assertInstanceOf(Role.PreCandidate.class, second.role());
    assertEquals(second, Election.step(second, asked, at(320)).state());
  }

  private static Ballot refusedFor(State state, Duration wait) {
    var round = assertInstanceOf(Role.PreCandidate.class, state.role()).round();
    var refusal = new Frame.Answer(round.id(), round.term(), Why.PROMISE, wait);
    return Ballot.of(round)
        .with(new Ballot.Answered(BOB, 6, refusal))
        .with(new Ballot.Answered(CAT, 6, refusal));
  }

  /** The step in which Ann's votes for {@code term} are counted; the rewrite is persist 2. */
  private static Step won(long term) {
    var state = Election.step(follower(THREE, term - 1), Input.Tick.NOW, at(0)).state();
    var pre = assertInstanceOf(Role.PreCandidate.class, state.role()).round();
    state =
        settled(
            Election.step(state, new Input.Counted(ballot(pre, Why.GRANTED, BOB)), at(0)), at(0));
    var vote = assertInstanceOf(Role.Candidate.class, state.role()).round();
    return Election.step(state, new Input.Counted(ballot(vote, Why.GRANTED, BOB)), at(0));
  }

  private static Tenure tenure(State state) {
    return assertInstanceOf(Role.Leader.class, state.role()).tenure();
  }
}
