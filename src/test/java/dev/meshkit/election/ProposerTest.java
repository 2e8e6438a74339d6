package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.EU;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.ballot;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a leader changes the scope record, one version at a time. */
final class ProposerTest {
  private static final RecordId OWN = new RecordId(7, 1);
  private static final RecordId NEXT = new RecordId(7, 2);

  /** R7: the change is a new version of this term, and nobody is told before a quorum holds it. */
  @Test
  void aChangeIsANewVersionOfTheLeadersTerm() {
    var step = Election.step(leader(7), asks("a"), at(10));
    assertEquals(NEXT, step.state().record().id());
    assertEquals(List.of(gate("a")), step.state().record().content().gates());
    assertEquals(List.of(Bytes.utf8("a")), step.state().record().content().applied());
    assertEquals(step.state().current(), only(step, Effect.Persist.class).durable());
    assertEquals(List.of(), all(step, Effect.Replied.class));
    assertEquals(OWN, step.state().current().view().id());
  }

  /** E8: only holders of exactly (T, (T, v)) commit, the leader itself when its disk has it. */
  @Test
  void aChangeIsAppliedOnceAQuorumHoldsIt() {
    var proposed = Election.step(leader(7), asks("a"), at(10));
    var early = Election.step(proposed.state(), holds(BOB, NEXT), at(11));
    assertEquals(List.of(), all(early, Effect.Replied.class), "not on Ann's own disk");
    var durable = settled(proposed, at(12));
    var older = Election.step(durable, holds(BOB, OWN), at(13));
    assertEquals(List.of(), all(older, Effect.Replied.class), "Bob holds the one before");
    var stranger = Election.step(older.state(), holds(DAN, NEXT), at(14));
    assertEquals(List.of(), all(stranger, Effect.Replied.class), "Dan does not vote");
    var held = Election.step(stranger.state(), holds(CAT, NEXT), at(15));
    assertEquals(List.of(replied("a", new Verdict.Applied(2))), all(held, Effect.Replied.class));
    assertEquals(NEXT, held.state().current().view().id());
  }

  /** E12: a view is shown, and told of, when it cannot be forgotten any more. */
  @Test
  void aViewIsToldOfOnceItIsDurable() {
    var held = applied("a");
    var told = only(held, Effect.Committed.class);
    assertEquals(held.state().disk().k(), told.after());
    assertEquals(OWN, held.state().view().id());
    assertEquals(NEXT, settled(held, at(20)).view().id());
  }

  /** E7, E6: the winner's own rewrite is committed before anything is proposed upon it. */
  @Test
  void noProposalBeforeOwnTermCommit() {
    var promised = says(BOB, 7, FIRST, new Frame.BeatAck(1, 0, PROFILE.promise(), true));
    var led = Election.step(winner(7), promised, at(1));
    assertEquals(1, all(led, Effect.Gained.class).size());
    var asked = Election.step(led.state(), asks("a"), at(2));
    assertEquals(OWN, asked.state().record().id());
    assertEquals(List.of(), all(asked, Effect.Replied.class));
    var held = Election.step(asked.state(), ack(BOB, 7, 1), at(3));
    assertEquals(NEXT, held.state().record().id());
  }

  /** E7: never two in flight; what waits meanwhile becomes one version. */
  @Test
  void changesThatWaitFoldIntoOneVersion() {
    var one = Election.step(leader(7), asks("a"), at(10));
    var two = Election.step(one.state(), asks("c"), at(11));
    var three = settled(Election.step(two.state(), asks("b"), at(12)), at(13));
    assertEquals(NEXT, three.record().id());
    var held = Election.step(three, holds(BOB, NEXT), at(14));
    assertEquals(List.of(replied("a", new Verdict.Applied(2))), all(held, Effect.Replied.class));
    var record = held.state().record();
    assertEquals(new RecordId(7, 3), record.id());
    assertEquals(List.of(gate("a"), gate("b"), gate("c")), record.content().gates());
    var stored = settled(held, at(15));
    var both = Election.step(stored, holds(BOB, new RecordId(7, 3)), at(16));
    assertEquals(
        List.of(replied("c", new Verdict.Applied(3)), replied("b", new Verdict.Applied(3))),
        all(both, Effect.Replied.class));
  }

  /** E11: of two changes with one expected version one is applied, one conflicts. */
  @Test
  void ofTwoChangesOfOneVersionOneConflicts() {
    var first = Election.step(leader(7), asks("a", 1), at(10));
    var second = settled(Election.step(first.state(), asks("b", 1), at(10)), at(11));
    var held = Election.step(second, holds(BOB, NEXT), at(12));
    assertEquals(
        List.of(replied("a", new Verdict.Applied(2)), replied("b", new Verdict.Conflict(2))),
        all(held, Effect.Replied.class));
    assertEquals(NEXT, held.state().record().id());
  }

  /** E11: two that wait for the same committed version do not fold into one. */
  @Test
  void twoWithOneExpectedVersionDoNotFold() {
    var busy = Election.step(leader(7), asks("a"), at(10));
    var one = Election.step(busy.state(), asks("b", 2), at(10));
    var two = settled(Election.step(one.state(), asks("c", 2), at(10)), at(11));
    var held = Election.step(two, holds(BOB, NEXT), at(12));
    assertEquals(List.of(gate("a"), gate("b")), held.state().record().content().gates());
    var last = Election.step(settled(held, at(13)), holds(BOB, new RecordId(7, 3)), at(14));
    assertEquals(
        List.of(replied("b", new Verdict.Applied(3)), replied("c", new Verdict.Conflict(3))),
        all(last, Effect.Replied.class));
  }

  /** E10: a retry lands once, whether the first try is still under way or long committed. */
  @Test
  void aRetryLandsOnce() {
    var first = Election.step(leader(7), asks("a"), at(10));
    var again = settled(Election.step(first.state(), asks("a"), at(10)), at(11));
    var held = Election.step(again, holds(BOB, NEXT), at(12));
    var applied = replied("a", new Verdict.Applied(2));
    assertEquals(List.of(applied, applied), all(held, Effect.Replied.class));
    var later = Election.step(settled(held, at(13)), asks("a", 1), at(14));
    assertEquals(applied, only(later, Effect.Replied.class));
    assertEquals(NEXT, later.state().record().id());
  }

  /** E10: what is in the record may yet be committed by a successor; what waited will not be. */
  @Test
  void lossLeavesTheProposalIndeterminate() {
    var first = Election.step(leader(7), asks("a"), at(10));
    var second = Election.step(first.state(), asks("b"), at(11));
    var fallen = Election.step(second.state(), beat(BOB, 9, 1), at(12));
    assertEquals(
        List.of(
            new Effect.Lost(new Fence(EU, 1, 7), Cause.HIGHER_TERM),
            replied("a", new Verdict.Indeterminate()),
            replied("b", new Verdict.NotLeader(NodeId.NOBODY))),
        fallen.effects().subList(0, 3));
    assertEquals(Agenda.EMPTY, fallen.state().agenda());
    assertEquals(NEXT, fallen.state().record().id(), "a proposal is not taken back");
  }

  /** §2.3: a leader whose authority has run out answers nothing from its record. */
  @Test
  void withoutAuthorityNothingIsProposedOrAnswered() {
    var late = at(PROFILE.promise().toMillis());
    var asked = Election.step(leader(7), asks("a", 5), late);
    assertEquals(
        replied("a", new Verdict.NotLeader(NodeId.NOBODY)), only(asked, Effect.Replied.class));
    assertEquals(OWN, asked.state().record().id());
  }

  /** §2.4: who does not lead says who does, and changes nothing. */
  @Test
  void aFollowerNamesItsLeader() {
    var following = settled(Election.step(follower(THREE, 3), beat(BOB, 4, 1), at(0)), at(0));
    var asked = Election.step(following, asks("a"), at(1));
    assertEquals(replied("a", new Verdict.NotLeader(BOB)), only(asked, Effect.Replied.class));
    assertEquals(following, asked.state());
  }

  /** §2.4: a rule refuses at once; the other changes of its version land. */
  @Test
  void aChangeThatBreaksARuleIsRefused() {
    var refused = Election.step(leader(7), ranks("x", DAN, 1), at(10));
    assertEquals(
        replied("x", new Verdict.Refused("eu/dan is no voter")),
        only(refused, Effect.Replied.class));
    var state = leader(7);
    var time = 10L;
    for (var voter : List.of(ANN, BOB)) {
      var next = new RecordId(7, state.record().id().version() + 1);
      var asked = Election.step(state, ranks("w" + time, voter, Seat.WITNESS), at(time));
      state =
          settled(Election.step(settled(asked, at(time)), holds(BOB, next), at(time)), at(++time));
    }
    var last = Election.step(state, ranks("y", CAT, Seat.WITNESS), at(time));
    assertEquals(
        replied("y", new Verdict.Refused("nobody would be left to lead")),
        only(last, Effect.Replied.class));
  }

  /** §2: one gate a change; a full list takes no further name, but a known one. */
  @Test
  void settingAGateAgainReplacesIt() {
    var content = leader(7).record().content();
    for (var i = 0; i < Content.MAX_GATES; i++)
      content = new Change.SetGate(gate("g" + i)).of(content);
    var later = new Change.SetGate(new Gate("g7", 2, 0, 2, Bytes.EMPTY, 2));
    assertEquals("", later.refusal(content));
    var after = later.of(content).gates();
    assertEquals(Content.MAX_GATES, after.size());
    assertTrue(after.contains(later.gate()));
    assertEquals("a scope has at most 256 gates", new Change.SetGate(gate("h")).refusal(content));
  }

  /** The bound: 64 changes wait, the next is refused. */
  @Test
  void aFullAgendaRefuses() {
    var state = Election.step(leader(7), asks("a"), at(10)).state();
    for (var i = 0; i < 64; i++) state = Election.step(state, asks("w" + i), at(10)).state();
    var refused = only(Election.step(state, asks("z"), at(10)), Effect.Replied.class);
    assertEquals(replied("z", new Verdict.Refused("64 changes wait already")), refused);
    var held =
        settled(
            Election.step(settled(new Step(state, List.of()), at(11)), holds(BOB, NEXT), at(11)),
            at(11));
    assertEquals(64, held.record().content().applied().size(), "the oldest id is forgotten");
    assertEquals(65, held.record().content().gates().size());
  }

  /** L10: a proposal ends the rest; the next beat comes H after the latest. */
  @Test
  void aProposalEndsTheRest() {
    var resting = Election.step(leader(7), ack(CAT, 7, 1), at(5)).state();
    assertEquals(at(250).now(), resting.due());
    assertEquals(at(100).now(), Election.step(resting, asks("a"), at(10)).state().due());
  }

  /** R5, L10: the others need not wait for a beat that names it; E13: a rewrite is not sent. */
  @Test
  void aProposalIsSentAsSoonAsItIsDurableHere() {
    var proposed = Election.step(leader(7), asks("a"), at(10));
    assertEquals(List.of(), puts(proposed), "not on Ann's own disk");
    var k = only(proposed, Effect.Persist.class).k();
    var durable = Election.step(proposed.state(), new Input.StorageDone(k), at(12));
    var record = proposed.state().record();
    for (var put : puts(durable)) {
      assertEquals(new Frame.RecordPut(record, false), put.frame().message());
      assertEquals(NEXT, put.frame().header().rec());
    }
    assertEquals(List.of(BOB, CAT), puts(durable).stream().map(Effect.Send::to).toList());
    // once; who misses it asks when a beat names it
    var held = Election.step(durable.state(), holds(BOB, NEXT), at(13));
    var viewed = new Input.StorageDone(only(held, Effect.Persist.class).k());
    assertEquals(List.of(), puts(held));
    assertEquals(List.of(), puts(Election.step(held.state(), viewed, at(14))));
    var probe = durable; // its disk is written again meanwhile, to see that it answers
    for (var beat = 2L; beat < 15 && !probe.state().disk().busy(); beat++) {
      probe = Election.step(probe.state(), ack(CAT, 7, beat - 1), at(100 * beat - 50));
      probe = Election.step(probe.state(), Input.Tick.NOW, at(100 * beat));
    }
    var again = new Input.StorageDone(only(probe, Effect.Persist.class).k());
    assertEquals(List.of(), puts(Election.step(probe.state(), again, at(1_500))));
    assertEquals(NEXT, probe.state().record().id());
    // the winner's own rewrite has the content that everybody has
    var won = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0));
    while (!(won.state().role() instanceof Role.Pending)) {
      assertEquals(List.of(), puts(won));
      won = next(won.state());
    }
    assertEquals(OWN, won.state().record().id());
    while (won.state().disk().busy()) {
      won = Election.step(won.state(), new Input.StorageDone(won.state().disk().k()), at(0));
      assertEquals(List.of(), puts(won));
    }
    assertEquals(OWN, won.state().disk().durable().record().id());
  }

  private static List<Effect.Send> puts(Step step) {
    return all(step, Effect.Send.class).stream()
        .filter(send -> send.frame().message() instanceof Frame.RecordPut)
        .toList();
  }

  /** E13, R10: another content is fetched, the same one only moves its id. */
  @Test
  void aFollowerFetchesAnotherContent() {
    var proposed = settled(Election.step(leader(7), asks("a"), at(10)), at(10)).record();
    var following = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    var other =
        new Frame.Beat(2, 0, PROFILE.promise(), proposed.content().hash(), following.record().id());
    var told = Election.step(following, says(BOB, 7, NEXT, other), at(1));
    assertTrue(
        all(told, Effect.Send.class).stream()
            .anyMatch(send -> send.frame().message().equals(new Frame.RecordGet(NEXT))));
    var put = says(BOB, 7, NEXT, new Frame.RecordPut(proposed, false));
    var stored = Election.step(settled(told, at(1)), put, at(2));
    assertEquals(proposed, stored.state().record());
    var shown = only(stored, Effect.Send.class);
    assertEquals(NEXT, shown.frame().header().rec());
    assertEquals(stored.state().disk().k(), shown.after());
  }

  private static Step applied(String id) {
    var proposed = settled(Election.step(leader(7), asks(id), at(10)), at(11));
    return Election.step(proposed, holds(BOB, NEXT), at(12));
  }

  /** Ann has won {@code term} and waits for promises; her disk has caught up. */
  private static State winner(long term) {
    var state = settled(Election.step(follower(THREE, term - 1), Input.Tick.NOW, at(0)), at(0));
    while (!(state.role() instanceof Role.Pending)) state = settled(next(state), at(0));
    return state;
  }

  /** Bob grants what she asks for. */
  private static Step next(State state) {
    var round =
        state.role() instanceof Role.Candidate(var vote, _)
            ? vote
            : ((Role.PreCandidate) state.role()).round();
    return Election.step(state, new Input.Counted(ballot(round, Why.GRANTED, BOB)), at(0));
  }

  private static Input asks(String id) {
    return asks(id, Command.ANY);
  }

  private static Input asks(String id, long expected) {
    return new Input.Commanded(new Command(Bytes.utf8(id), expected, new Change.SetGate(gate(id))));
  }

  private static Input ranks(String id, NodeId voter, int rank) {
    return new Input.Commanded(
        new Command(Bytes.utf8(id), Command.ANY, new Change.SetRank(voter, rank)));
  }

  private static Gate gate(String change) {
    return new Gate(change, 1, 0, 2, Bytes.EMPTY, 1);
  }

  private static Input.Received holds(NodeId voter, RecordId record) {
    return says(voter, 7, record, new Frame.BeatAck(0, 0, PROFILE.promise(), true));
  }

  private static Effect.Replied replied(String id, Verdict verdict) {
    return new Effect.Replied(Bytes.utf8(id), verdict);
  }
}
