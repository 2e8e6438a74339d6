package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Steps.termAndVote;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.EVE;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a leader changes who votes: one voter a version, the newcomer first. */
final class ElectorateTest {
  private static final RecordId OWN = new RecordId(7, 1);
  private static final RecordId NEXT = new RecordId(7, 2);
  private static final RecordId THIRD = new RecordId(7, 3);

  /** §1: a learner gets heartbeats and counts for nothing: its hold commits no record. */
  @Test
  void aLearnerHearsAndCountsForNothing() {
    var beat = Election.step(learning(), Input.Tick.NOW, at(100));
    assertEquals(
        List.of(BOB, CAT, DAN),
        all(beat, Effect.Send.class).stream().map(Effect.Send::to).toList());
    var gate = new Change.SetGate(new Gate("g", 1, 0, 2, Bytes.EMPTY, 1));
    var proposed = settled(Election.step(beat.state(), asks("g", gate), at(101)), at(102));
    var held = Election.step(proposed, acks(DAN, 7, NEXT, 2), at(103));
    assertEquals(OWN, held.state().current().view().id());
    assertEquals(proposed.role(), held.state().role(), "no promise, no evidence");
  }

  /** §2.4, newcomer first: the leader stores the record once the newcomer holds it. */
  @Test
  void theNewcomerStoresTheRecordFirst() {
    var offered = Election.step(ready(), asks("a", new Change.AddVoter(seat(DAN))), at(20));
    assertEquals(OWN, offered.state().record().id(), "the leader's own is as it was");
    var put = only(offered, Effect.Send.class);
    assertEquals(DAN, put.to());
    var shown = assertInstanceOf(Frame.RecordPut.class, put.frame().message());
    assertEquals(NEXT, shown.record().id());
    assertFalse(shown.committed());
    var held = Election.step(offered.state(), acks(DAN, 7, NEXT, 1), at(30));
    assertEquals(shown.record(), held.state().record());
    assertEquals(4, held.state().record().content().voters().size());
    assertEquals(List.of(), all(held, Effect.Replied.class), "two of four hold it");
    var durable = settled(held, at(31));
    var quorum = Election.step(durable, acks(BOB, 7, NEXT, 1), at(32));
    assertEquals(new Verdict.Applied(2), only(quorum, Effect.Replied.class).verdict());
  }

  /** §2.4: what the newcomer merely promises, or holds in another term, is not holding it. */
  @Test
  void onlyTheExactRecordIsHeld() {
    var offered = Election.step(ready(), asks("a", new Change.AddVoter(seat(DAN))), at(20)).state();
    for (var ack : List.of(acks(DAN, 7, OWN, 1), acks(DAN, 8, NEXT, 1), acks(BOB, 7, NEXT, 1)))
      assertEquals(offered.record(), unlessHigher(Election.step(offered, ack, at(30))));
    var other = new Header(TestFrames.EU, 1, genesis(), 7, NEXT, TestFrames.store(EVE));
    var wiped = new Input.Received(DAN, new Frame(other, ackMessage(1)));
    assertEquals(offered.record(), Election.step(offered, wiped, at(30)).state().record());
  }

  /** E7: while a newcomer may hold the record, there is no other in this term. */
  @Test
  void nothingElseIsProposedMeanwhile() {
    var offered = Election.step(ready(), asks("a", new Change.AddVoter(seat(DAN))), at(20)).state();
    var gate = new Change.SetGate(new Gate("g", 1, 0, 2, Bytes.EMPTY, 1));
    var asked = Election.step(offered, asks("g", gate), at(21));
    assertEquals(OWN, asked.state().record().id());
    assertEquals(List.of(), asked.effects());
    var itself = says(DAN, 7, NEXT, new Frame.RecordPut(made(offered).record(), false));
    assertEquals(offered, Election.step(offered, itself, at(22)).state(), "its own, come back");
  }

  /** §2.4: a newcomer that does not answer within 10 H costs the term, and V is as before. */
  @Test
  void aNewcomerThatDiesCostsOneTerm() {
    var state = Election.step(ready(), asks("a", new Change.AddVoter(seat(DAN))), at(20)).state();
    for (var time = 100L; time < 1_020; time += 100) {
      var beat = Election.step(state, Input.Tick.NOW, at(time));
      assertTrue(
          all(beat, Effect.Send.class).stream()
              .anyMatch(send -> send.frame().message() instanceof Frame.RecordPut),
          "offered again with each beat");
      state = Election.step(beat.state(), acks(BOB, 7, OWN, 1 + time / 100), at(time)).state();
      assertInstanceOf(Role.Leader.class, state.role());
    }
    var given = Election.step(state, Input.Tick.NOW, at(1_100));
    assertEquals(Cause.STEP_DOWN, only(given, Effect.Lost.class).cause());
    assertEquals(new Verdict.Indeterminate(), only(given, Effect.Replied.class).verdict());
    assertEquals(OWN, given.state().record().id());
    assertEquals(Agenda.EMPTY, given.state().agenda());
  }

  /**
   * E7: of two that wait, each has a version of its own, and payload does not wait on a newcomer.
   */
  @Test
  void neverTwoVotersAVersion() {
    var gate = new Change.SetGate(new Gate("g", 1, 0, 2, Bytes.EMPTY, 1));
    var state = settled(Election.step(ready(), asks("g", gate), at(20)), at(20));
    state = Election.step(state, asks("x", new Change.RemoveVoter(CAT)), at(21)).state();
    state = Election.step(state, asks("h", gate), at(22)).state();
    state = Election.step(state, asks("a", new Change.AddVoter(seat(DAN))), at(23)).state();
    state = settled(Election.step(state, acks(BOB, 7, NEXT, 1), at(24)), at(25));
    assertEquals(List.of(ANN, BOB), voters(state));
    assertEquals(List.of(Bytes.utf8("g"), Bytes.utf8("x")), state.record().content().applied());
    state = settled(Election.step(state, acks(BOB, 7, THIRD, 1), at(26)), at(27));
    assertEquals(4, state.record().id().version(), "the payload between them");
    assertEquals(List.of(ANN, BOB), voters(state));
    state = Election.step(state, acks(BOB, 7, new RecordId(7, 4), 1), at(28)).state();
    assertEquals(
        List.of(ANN, BOB, DAN),
        made(state).record().content().voters().stream().map(Seat::node).toList());
  }

  /** E15: who has not kept up is not added; nor is a tenth, or one that votes already. */
  @Test
  void whoDoesNotKeepUpIsNotAdded() {
    refused(learning(), new Change.AddVoter(seat(DAN)), "eu/dan is no learner that keeps up");
    refused(ready(), new Change.AddVoter(seat(EVE)), "eu/eve is no learner that keeps up");
    var wiped = new Seat(DAN, TestFrames.store(EVE), 10);
    refused(ready(), new Change.AddVoter(wiped), "eu/dan is no learner that keeps up");
    var state = ready();
    for (var time = 100L; time <= 600; time += 100)
      state =
          Election.step(
                  Election.step(state, Input.Tick.NOW, at(time)).state(),
                  acks(BOB, 7, OWN, 1 + time / 100),
                  at(time))
              .state();
    var late = Election.step(state, asks("a", new Change.AddVoter(seat(DAN))), at(611));
    assertInstanceOf(Verdict.Refused.class, only(late, Effect.Replied.class).verdict());
    refused(ready(), new Change.AddVoter(seat(BOB)), "eu/bob votes already");
    var nine = new ArrayList<Seat>();
    for (var i = 0; i < Content.MAX_VOTERS; i++)
      nine.add(Seat.configured(NodeId.of("eu", "v" + i)));
    var full = ready().record().content().seated(nine);
    assertEquals("a scope has at most 9 voters", new Change.AddVoter(seat(DAN)).refusal(full));
    assertThrows(IllegalArgumentException.class, () -> new Change.AddVoter(Seat.configured(DAN)));
  }

  /** E15: no removal leaves the scope without voters that have just been heard. */
  @Test
  void noRemovalCostsTheQuorum() {
    refused(
        leader(7),
        new Change.RemoveVoter(BOB),
        "too few of the others can be reached to go on without eu/bob");
    refused(
        leader(7),
        new Change.RemoveVoter(ANN),
        "a leader does not remove itself: let another lead");
    refused(leader(7), new Change.RemoveVoter(DAN), "eu/dan is no voter");
    var removed = Election.step(leader(7), asks("x", new Change.RemoveVoter(CAT)), at(20));
    assertEquals(List.of(ANN, BOB), voters(removed.state()));
  }

  /** T4: authority counts over the voters of the record it stores, so a change may shorten it. */
  @Test
  void authorityIsCountedOverTheNewVoters() {
    var state = Election.step(leader(7), Input.Tick.NOW, at(100)).state();
    state = Election.step(state, acks(CAT, 7, OWN, 2), at(101)).state();
    var until = ((Role.Leader) state.role()).tenure().end();
    var removed = Election.step(state, asks("x", new Change.RemoveVoter(CAT)), at(102));
    var shorter = only(removed, Effect.Extended.class).until();
    assertEquals(until.minusMillis(100).minus(PROFILE.epsilon()), shorter, "Bob's first promise");
    var again = Election.step(removed.state(), acks(CAT, 7, OWN, 2), at(103));
    assertEquals(removed.state().role(), again.state().role(), "who was removed promises nothing");
  }

  /** §2.4, T4: of two voters both must promise, so the second does before the record counts it. */
  @Test
  void oneToTwoKeepsItsAuthority() {
    var alone = lone();
    var offered = Election.step(alone, asks("a", new Change.AddVoter(seat(DAN))), at(20)).state();
    var silent = Election.step(offered, acks(List.of(ANN), DAN, NEXT, 0), at(21));
    assertEquals(OWN, silent.state().record().id(), "held, but nothing promised");
    var beat = Election.step(silent.state(), Input.Tick.NOW, at(120)).state();
    var seq = ((Role.Leader) beat.role()).tenure().seq();
    var held = Election.step(beat, acks(List.of(ANN), DAN, NEXT, seq), at(121));
    assertEquals(NEXT, held.state().record().id());
    assertInstanceOf(Role.Leader.class, held.state().role());
    assertEquals(List.of(), all(held, Effect.Lost.class));
  }

  /** T4: what a voter promised before it was removed does not count when it votes again. */
  @Test
  void aPromiseEndsWithTheVote() {
    var state = Election.step(leader(7), acks(CAT, 7, OWN, 1), at(1)).state();
    state = settled(Election.step(state, asks("b", new Change.RemoveVoter(BOB)), at(2)), at(2));
    state = settled(Election.step(state, acks(CAT, 7, NEXT, 1), at(3)), at(3));
    state = settled(Election.step(state, asks("c", new Change.RemoveVoter(CAT)), at(4)), at(4));
    assertEquals(List.of(ANN), voters(state));
    assertEquals(THIRD, state.view().id(), "alone, it is committed with its own write");
    var learners = new Input.Learners(List.of(seat(CAT)));
    state = Election.step(state, learners, at(5)).state();
    state = Election.step(state, acks(CAT, 7, THIRD, 1), at(6)).state();
    state = Election.step(state, asks("d", new Change.AddVoter(seat(CAT))), at(7)).state();
    var fourth = made(state).record().id();
    var held = Election.step(state, acks(CAT, 7, fourth, 0), at(8));
    assertEquals(THIRD, held.state().record().id(), "held, but promised before it was removed");
  }

  /** S9: a learner that still takes itself for a voter changes no term, vote or promise. */
  @Test
  void aLearnersWordCountsOnlyAsAnAcknowledgement() {
    var state = learning();
    for (var message :
        List.of(
            new Frame.Ask(1, false, 9, FIRST),
            new Frame.Ask(1, true, 9, FIRST),
            ackMessage(1),
            TestFrames.beatMessage(1, FIRST))) {
      var step = Election.step(state, says(DAN, 9, FIRST, message), at(600));
      assertEquals(termAndVote(new Step(state, List.of())), termAndVote(step), message::toString);
      assertEquals(state.promise(), step.state().promise());
    }
  }

  /** E18, S12: who was no voter when it stopped may have promised before: it stays quiet, too. */
  @Test
  void whoDoesNotVoteIsQuietAfterARestart() {
    var options = TestFrames.options(DAN, THREE);
    var stored = Durable.fresh(options.first()).raised(6);
    var begun = Election.begin(options, stored, false, at(0));
    assertEquals(new Role.Recovering(at(2_000).now()), begun.role());
    var added =
        made(Election.step(ready(), asks("a", new Change.AddVoter(seat(DAN))), at(20)).state());
    var voter =
        settled(
            Election.step(
                begun, says(ANN, 7, OWN, new Frame.RecordPut(added.record(), false)), at(9)),
            at(9));
    assertEquals(added.record(), voter.record());
    assertInstanceOf(Role.Recovering.class, voter.role());
    var asked = Election.step(voter, says(BOB, 8, NEXT, new Frame.Ask(1, false, 8, NEXT)), at(10));
    assertEquals(Why.QUIET, Steps.refusal(asked));
    assertEquals(
        new Role.Follower(), Election.step(voter, Input.Tick.NOW, at(2_000)).state().role());
  }

  /** §2.2: votes count over V of the record the ask carried, so a newer record ends a campaign. */
  @Test
  void aCampaignEndsWhenItsRecordGrows() {
    var fired = settled(Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)), at(0));
    var pre = ((Role.PreCandidate) fired.role()).round();
    var asked = new Input.Counted(TestFrames.ballot(pre, Why.GRANTED, BOB));
    var standing = settled(Election.step(fired, asked, at(0)), at(0));
    var vote = assertInstanceOf(Role.Candidate.class, standing.role()).round();
    var later = standing.record().as(new RecordId(6, 2));
    var put = says(BOB, 6, later.id(), new Frame.RecordPut(later, true));
    var ended = Election.step(standing, put, at(1));
    assertEquals(vote.id(), only(ended, Effect.Abort.class).round());
    var won = new Input.Counted(TestFrames.ballot(vote, Why.GRANTED, BOB));
    var counted = Election.step(ended.state(), won, at(2));
    assertEquals(new Role.Follower(), counted.state().role());
    assertEquals(later.id(), counted.state().record().id());
  }

  private static RecordId idOf(Step step) {
    return step.state().record().id();
  }

  private static ScopeRecord unlessHigher(Step step) {
    assertEquals(OWN, idOf(step));
    return step.state().record();
  }

  private static void refused(State state, Change change, String why) {
    var step = Election.step(state, asks("r", change), at(20));
    assertEquals(new Verdict.Refused(why), only(step, Effect.Replied.class).verdict());
    assertEquals(state.record(), step.state().record());
    assertEquals(Agenda.EMPTY, step.state().agenda());
  }

  /** Ann leads term 7 of three; Dan and Eve learn. */
  private static State learning() {
    return learning(leader(7));
  }

  private static State learning(State state) {
    var learners = new Input.Learners(List.of(seat(DAN)));
    return Election.step(state, learners, at(0)).state();
  }

  /** The same, and Dan has acknowledged a beat. */
  private static State ready() {
    return Election.step(learning(), acks(DAN, 7, OWN, 1), at(10)).state();
  }

  /** Ann votes alone and leads term 7; Dan learns, and has acknowledged a beat. */
  private static State lone() {
    var state = settled(Election.step(follower(List.of(ANN), 6), Input.Tick.NOW, at(0)), at(0));
    while (!(state.role() instanceof Role.Leader)) {
      var round =
          state.role() instanceof Role.Candidate(var vote, _)
              ? vote
              : ((Role.PreCandidate) state.role()).round();
      state = settled(Election.step(state, new Input.Counted(Ballot.of(round)), at(0)), at(0));
    }
    return Election.step(learning(state), acks(List.of(ANN), DAN, OWN, 1), at(10)).state();
  }

  private static Offer.Made made(State state) {
    return assertInstanceOf(Offer.Made.class, state.agenda().offer());
  }

  private static List<NodeId> voters(State state) {
    return state.record().content().voters().stream().map(Seat::node).toList();
  }

  private static Seat seat(NodeId node) {
    return new Seat(node, TestFrames.store(node), Seat.DEFAULT_RANK);
  }

  private static Bytes genesis() {
    return TestFrames.options(ANN, THREE).first().content().genesis();
  }

  private static Input asks(String id, Change change) {
    return new Input.Commanded(new Command(Bytes.utf8(id), Command.ANY, change));
  }

  private static Frame.BeatAck ackMessage(long seq) {
    return new Frame.BeatAck(seq, 0, PROFILE.promise(), true);
  }

  private static Input.Received acks(NodeId from, long term, RecordId rec, long seq) {
    return says(from, term, rec, ackMessage(seq));
  }

  private static Input.Received acks(List<NodeId> voters, NodeId from, RecordId rec, long seq) {
    return says(from, voters, 7, rec, ackMessage(seq));
  }
}
