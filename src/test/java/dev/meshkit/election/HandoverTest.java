package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.answer;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Steps.refusal;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.EU;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How one leader makes another lead (§6 and §9 of the design of elections; E26). */
final class HandoverTest {
  private static final Fence FENCE = new Fence(EU, 1, 7);
  private static final RecordId OWN = new RecordId(7, 1);
  private static final Warrant.Cert FOR_BOB = cert(ANN, 7, BOB);

  /** E26: what only a leader may do is finished first; it leads until that is said. */
  @Test
  void aLeaderDrainsBeforeItHandsOver() {
    var wished = Election.step(near(), new Input.Transfer(BOB), at(20));
    assertEquals(List.of(new Effect.Drain(FENCE, BOB)), wished.effects());
    assertEquals(near(), wished.state());
    var any = Election.step(near(), new Input.Transfer(NodeId.NOBODY), at(20));
    assertEquals(List.of(new Effect.Drain(FENCE, BOB)), any.effects(), "first in rank");
  }

  /** E26: authority first, then the certificate to one and the end of the term to the rest. */
  @Test
  void authorityGoesBeforeTheCertificateLeaves() {
    var step = Election.step(near(), new Input.Drained(FENCE, BOB), at(20));
    assertEquals(new Effect.Lost(FENCE, Cause.TRANSFER), step.effects().getFirst());
    var sent = all(step, Effect.Send.class);
    assertEquals(List.of(BOB, CAT), sent.stream().map(Effect.Send::to).toList());
    assertEquals(
        List.of(new Frame.TimeoutNow(FOR_BOB), new Frame.StepDown(7, BOB)),
        sent.stream().map(send -> send.frame().message()).toList());
    assertEquals(new Role.Follower(), step.state().role());
    assertEquals(7, step.state().term());
  }

  /** S11: nothing that comes later gives the term back. */
  @Test
  void anAbdicatedTermIsNotResumed() {
    var gone = Election.step(near(), new Input.Drained(FENCE, BOB), at(20)).state();
    for (var late : List.of(ack(CAT, 7, 1), ack(BOB, 7, 1), new Input.Drained(FENCE, CAT)))
      assertEquals(new Role.Follower(), Election.step(gone, late, at(21)).state().role());
    var asked = says(BOB, 8, OWN, new Frame.Ask(1, false, 8, OWN, FOR_BOB));
    var voted = Election.step(gone, asked, at(22));
    assertEquals(Why.GRANTED, answer(only(voted, Effect.Send.class)).why());
  }

  /** Who cannot win at once is not handed to: no voter, a witness, one that lags or is behind. */
  @Test
  void onlyOneWhoKeepsUpIsHandedTo() {
    kept(near(), DAN, "eu/dan does not vote");
    kept(near(), ANN, "eu/ann leads already");
    kept(leader(7), CAT, "eu/cat does not lead, or keeps up just now");
    kept(follower(THREE, 6), BOB, "this node does not lead");
    var late = near();
    for (var time = 100L; time <= 300; time += 100)
      late =
          Election.step(
                  Election.step(late, Input.Tick.NOW, at(time)).state(),
                  ack(CAT, 7, 1 + time / 100),
                  at(time))
              .state();
    kept(late, BOB, at(300), "eu/bob does not lead, or keeps up just now");
    var rank = new Change.SetRank(BOB, Seat.WITNESS);
    var content = rank.of(near().record().content());
    var turn = new Turn(near(), at(1));
    turn.current = turn.current.storing(new ScopeRecord(OWN, content));
    kept(turn.state(), BOB, "eu/bob does not lead, or keeps up just now");
  }

  /** What drained for a tenure that is over, or for one that lags now, hands nothing over. */
  @Test
  void theSuccessorIsLookedAtAgain() {
    var other = new Input.Drained(new Fence(EU, 1, 6), BOB);
    var step = Election.step(near(), other, at(20));
    assertEquals(List.of(new Effect.Kept(BOB, "this node leads no more")), step.effects());
    assertInstanceOf(Role.Leader.class, step.state().role());
  }

  /** timeoutNow: term += 1, own vote, and a race that shows the certificate, without a pre-vote. */
  @Test
  void theSuccessorAsksForVotesAtOnce() {
    var step = Election.step(promised(), timeoutNow(BOB, 7, cert(BOB, 7, ANN)), at(10));
    assertEquals(List.of(8L, ANN), Steps.termAndVote(step));
    var race = only(step, Effect.Race.class);
    assertEquals(only(step, Effect.Persist.class).k(), race.after());
    var ask = assertInstanceOf(Frame.Ask.class, race.round().ask().message());
    assertEquals(new Frame.Ask(1, false, 8, step.state().record().id(), cert(BOB, 7, ANN)), ask);
    var again = Election.step(step.state(), beat(BOB, 7, 9), at(11));
    assertEquals(Promise.NONE, again.state().promise(), "a late beat does not bind again");
  }

  /** E26, S9: a late one, one for another, or one against a promise is harmless. */
  @Test
  void aTimeoutNowThatDoesNotFitIsHarmless() {
    var state = promised();
    for (var late :
        List.of(
            timeoutNow(BOB, 7, cert(BOB, 6, ANN)),
            timeoutNow(BOB, 7, cert(BOB, 7, CAT)),
            timeoutNow(BOB, 7, cert(CAT, 7, ANN)),
            timeoutNow(CAT, 7, cert(CAT, 7, ANN))))
      assertEquals(state, Election.step(state, late, at(10)).state(), late::toString);
    var options = state.options();
    var again = Election.begin(options, state.current(), false, at(10));
    var quiet = Election.step(again, timeoutNow(BOB, 7, cert(BOB, 7, ANN)), at(11));
    assertEquals(
        again.role(), quiet.state().role(), "who recovers does not vote for itself either");
    var stopping = Election.step(near(), new Input.Stop(), at(20)).state();
    var back = Election.step(stopping, timeoutNow(BOB, 7, cert(BOB, 7, ANN)), at(21));
    assertEquals(7, back.state().term(), "who stops does not lead again");
  }

  /** certOk: the certificate of exactly this promise, for exactly this candidate, frees a voter. */
  @Test
  void onlyTheRightCertificateFreesAVoter() {
    var state = promised();
    var freed = Election.step(state, asks(CAT, cert(BOB, 7, CAT)), at(10));
    assertEquals(List.of(8L, CAT), Steps.termAndVote(freed));
    for (var wrong :
        List.of(new Warrant.None(), cert(BOB, 6, CAT), cert(DAN, 7, CAT), cert(BOB, 7, DAN))) {
      var step = Election.step(state, asks(CAT, wrong), at(10));
      assertEquals(Why.PROMISE, refusal(step), wrong::toString);
      assertEquals(7, step.state().term(), "and no term is adopted (E16)");
    }
    var pre = says(CAT, 7, OWN, new Frame.Ask(1, true, 8, OWN, cert(BOB, 7, CAT)));
    assertEquals(Why.PROMISE, refusal(Election.step(state, pre, at(10))));
    var leads = Election.step(near(), asks(CAT, cert(ANN, 7, CAT)), at(10));
    assertEquals(Why.PROMISE, refusal(leads), "a leader that did not give up has its tenure");
  }

  /** E26: a graceful stop transfers first, to the first in rank that can. */
  @Test
  void aGracefulStopTransfersFirst() {
    var stop = Election.step(near(), new Input.Stop(), at(20));
    assertEquals(new Effect.Lost(FENCE, Cause.SHUTDOWN), stop.effects().getFirst());
    assertTrue(
        all(stop, Effect.Send.class).stream()
            .anyMatch(
                send ->
                    send.frame().message().equals(new Frame.TimeoutNow(FOR_BOB, Cause.SHUTDOWN))));
    assertNotEquals(new Role.Stopped(HaltCause.STOPPED), stop.state().role(), "it votes on");
  }

  /** E25: a better rank that answers 99 of 100 beats for 30 s leads unasked, once in 5 min. */
  @Test
  void aBetterRankLeadsUnaskedOnceInFiveMinutes() {
    var drained = watched(ranked(), 30_100, 1);
    assertEquals(List.of(new Effect.Drain(FENCE, CAT)), drained, "not before");
    assertEquals(List.of(), watched(ranked(), 29_900, 1));
    assertEquals(List.of(), watched(ranked(), 60_500, 20), "19 of 20 are too few");
    assertEquals(List.of(), watched(near(), 60_500, 1), "of one rank nobody is better");
    var moved = Election.step(ranked(), stepDown(NodeId.NOBODY), at(1)).state();
    assertEquals(1, watched(moved, 30_100, 1).size(), "nobody was named");
    moved = Election.step(ranked(), stepDown(CAT), at(1)).state();
    assertEquals(List.of(), watched(moved, 299_900, 1));
    assertEquals(1, watched(moved, 329_900, 1).size());
  }

  /** §1: who leads its region fires as if its rank were one better, and no earlier. */
  @Test
  void whoLeadsItsRegionFollowsSooner() {
    var turn = new Turn(follower(THREE, 6), at(0));
    turn.current = turn.current.storing(new ScopeRecord(OWN, ranks(11, 10, 9)));
    assertEquals(2, steps(turn.state()));
    var state = Election.step(turn.state(), new Input.Favoured(true), at(0)).state();
    assertEquals(1, steps(state), "before Bob");
    state = Election.step(state, new Input.Favoured(false), at(0)).state();
    assertEquals(2, steps(state));
  }

  private static long steps(State state) {
    return new Turn(state, at(0)).place(NodeId.NOBODY).dividedBy(TestFrames.PROFILE.step());
  }

  private static Content ranks(int ann, int bob, int cat) {
    var content = near().record().content();
    content = new Change.SetRank(ANN, ann).of(content);
    content = new Change.SetRank(BOB, bob).of(content);
    return new Change.SetRank(CAT, cat).of(content);
  }

  /** Ann leads term 7 of a record in which Cat is first. */
  private static State ranked() {
    var turn = new Turn(near(), at(1));
    var record = new ScopeRecord(OWN, ranks(10, 10, 1));
    turn.current = turn.current.storing(record).viewing(record);
    turn.disk = Disk.holding(turn.current, at(1).now());
    return turn.state();
  }

  private static Input.Received stepDown(NodeId next) {
    return says(BOB, 7, OWN, new Frame.StepDown(6, next));
  }

  /** Beats as they are due, all acknowledged but each {@code every}th of Cat's, if not each. */
  private static List<Effect> watched(State from, long end, long every) {
    var state = from;
    var drains = new ArrayList<Effect>();
    for (var time = 50L; time <= end; time += 50) {
      var beat = Election.step(state, Input.Tick.NOW, at(time));
      var sent = !all(beat, Effect.Send.class).isEmpty();
      state = settled(beat, at(time));
      if (!sent || !(state.role() instanceof Role.Leader(var tenure))) continue;
      var bobs = Election.step(state, ack(BOB, 7, tenure.seq()), at(time + 1));
      drains.addAll(all(bobs, Effect.Drain.class));
      state = bobs.state();
      if (every > 1 && tenure.seq() % every == 0) continue;
      var acked = Election.step(state, ack(CAT, 7, tenure.seq()), at(time + 1));
      drains.addAll(all(acked, Effect.Drain.class));
      state = acked.state();
    }
    return drains;
  }

  /** Ann leads term 7; Bob holds its record and has just acknowledged. */
  private static State near() {
    return leader(7);
  }

  /** Ann follows Bob in term 7. */
  private static State promised() {
    return settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
  }

  private static void kept(State state, NodeId to, String why) {
    kept(state, to, at(20), why);
  }

  private static void kept(State state, NodeId to, Facts facts, String why) {
    var step = Election.step(state, new Input.Transfer(to), facts);
    assertEquals(new Effect.Kept(to, why), only(step, Effect.Kept.class));
    assertEquals(List.of(), all(step, Effect.Drain.class));
  }

  private static Warrant.Cert cert(NodeId from, long term, NodeId to) {
    return new Warrant.Cert(Seat.configured(from), term, Seat.configured(to));
  }

  private static Input.Received timeoutNow(NodeId from, long term, Warrant.Cert cert) {
    return says(from, term, OWN, new Frame.TimeoutNow(cert));
  }

  private static Input.Received asks(NodeId from, Warrant warrant) {
    return says(from, 8, OWN, new Frame.Ask(1, false, 8, OWN, warrant));
  }
}
