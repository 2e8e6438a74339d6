package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Surveys.GENESIS;
import static dev.meshkit.election.Surveys.SECOND;
import static dev.meshkit.election.Surveys.first;
import static dev.meshkit.election.Surveys.generation;
import static dev.meshkit.election.Surveys.hears;
import static dev.meshkit.election.Surveys.holds;
import static dev.meshkit.election.Surveys.quiet;
import static dev.meshkit.election.Surveys.seat;
import static dev.meshkit.election.Surveys.second;
import static dev.meshkit.election.Surveys.surveying;
import static dev.meshkit.election.Surveys.surveys;
import static dev.meshkit.election.Surveys.ticked;
import static dev.meshkit.election.Surveys.wish;
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
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * E29, §7: who is told to recover asks all who are left for the largest record and for whom they
 * revoke, and waits for them, though not for ever.
 */
final class SurvivorsTest {
  /**
   * The others, who learns, and who the operator's node says may know; none is waited for longer
   * than P.
   */
  @Test
  void allOthersAreAskedBeforeAnythingBegins() {
    var learner = new Seat(DAN, TestFrames.store(DAN), 10);
    var state = Election.step(follower(THREE, 6), new Input.Learners(List.of(learner)), at(0));
    var wish = new Input.Recover(GENESIS, 1, List.of(ANN, BOB, EVE));
    var step = Election.step(state.state(), wish, at(1));
    assertEquals(List.of(BOB, CAT, DAN, EVE), asked(step));
    assertEquals(state.state().current(), step.state().current());
    assertTrue(all(step, Effect.Persist.class).isEmpty());
    assertEquals(
        at(1 + PROFILE.heartbeat().toMillis()).now(), quiet(step.state()).due(), "then once more");
  }

  /**
   * S13: the one that told its client {@code Applied} is dead, and who is left with the change
   * takes it for one that is under way: it is in the new generation.
   */
  @Test
  void whatOnlyAnothersDiskHoldsIsKept() {
    var state = surveying();
    state = hears(state, holds(BOB, SECOND, first(), true), 2);
    state = hears(state, holds(BOB, SECOND, second(), false), 3);
    assertEquals(1, generation(state));
    state = hears(state, holds(CAT, FIRST, first(), true), 4);
    assertEquals(at(4).now(), state.attempts().survivors().due(), "all have answered");
    assertEquals(1, generation(state), "it begins at a tick, not at somebody's word");
    var begun = settled(Election.step(state, Input.Tick.NOW, at(4)), at(4));
    assertEquals(2, generation(begun));
    assertEquals(new RecordId(0, 3), begun.view().id());
    assertEquals(second().content().gates(), begun.view().content().gates());
    assertEquals(List.of(ANN), begun.view().content().voters().stream().map(Seat::node).toList());
    assertEquals(GENESIS, begun.view().content().genesis());
  }

  /**
   * E29: a survivor's view revokes somebody whom its later record, not committed, lets in again.
   */
  @Test
  void whomAnothersViewRevokesStaysRevoked() {
    var gone = new Revocation(Bytes.EMPTY, DAN, Revocation.NEVER);
    var content = first().content();
    var view =
        new ScopeRecord(
            new RecordId(6, 1),
            content.with(content.gates(), List.of(gone), content.audit(), content.applied()));
    var state = surveying();
    state = hears(state, holds(BOB, SECOND, view, true), 2);
    state = hears(state, holds(BOB, SECOND, second(), false), 2);
    state = hears(state, holds(CAT, FIRST, first(), true), 2);
    var begun = ticked(state, 2);
    assertEquals(List.of(gone), begun.record().content().revocations());
    assertEquals(second().content().gates(), begun.record().content().gates());
  }

  /**
   * Frames get lost, and who has shown all may follow a leader meanwhile: all are asked again each
   * H.
   */
  @Test
  void allAreAskedAgainUntilTheTimeIsOver() {
    var state = hears(surveying(), holds(CAT, FIRST, first(), true), 2);
    state = hears(state, holds(BOB, SECOND, first(), true), 2); // its latest is yet to come
    var beats = PROFILE.promise().dividedBy(PROFILE.heartbeat());
    for (var i = 1; i < beats; i++) {
      var again = Election.step(quiet(state), Input.Tick.NOW, at(1 + 100L * i));
      assertEquals(List.of(BOB, CAT), asked(again));
      assertEquals(1, generation(again.state()));
      state = again.state();
    }
    var end = 1 + PROFILE.promise().toMillis();
    assertEquals(1, generation(ticked(quiet(state), end - 1)));
    var begun = ticked(quiet(state), end);
    assertEquals(2, generation(begun));
    assertEquals(Survivors.NONE, begun.attempts().survivors());
  }

  /** S13: who stores more while others are waited for shows that, and it is in what begins. */
  @Test
  void whatIsStoredWhileOthersAreWaitedForIsKept() {
    var state = hears(quiet(surveying()), holds(BOB, FIRST, first(), true), 2);
    state = hears(state, holds(BOB, SECOND, second(), false), 200);
    assertEquals(2, state.attempts().survivors().found().size(), "the latest of each kind");
    var third = new ScopeRecord(new RecordId(6, 3), second().content());
    state = hears(state, holds(BOB, third.id(), third, false), 300);
    assertEquals(2, state.attempts().survivors().found().size());
    // what comes late shows nothing new
    assertEquals(state, hears(state, holds(BOB, SECOND, second(), false), 301));
    var begun = ticked(state, 1 + PROFILE.promise().toMillis());
    assertEquals(2, generation(begun));
    assertEquals(new RecordId(0, 4), begun.record().id());
    assertEquals(second().content().gates(), begun.record().content().gates());
  }

  /** S13: who stood still has not read yet what came meanwhile, and asks all over again. */
  @Test
  void whoStoodStillAsksAgain() {
    var pause = 2 * PROFILE.promise().toMillis();
    var late = Election.step(quiet(surveying()), Input.Tick.NOW, at(2 + pause));
    assertEquals(1, generation(late.state()));
    assertEquals(List.of(BOB, CAT), asked(late));
    var state = hears(late.state(), holds(BOB, SECOND, second(), true), 3 + pause);
    assertEquals(1, generation(ticked(state, pause + PROFILE.promise().toMillis())));
    var begun = ticked(state, 2 + pause + PROFILE.promise().toMillis());
    assertEquals(2, generation(begun));
    assertEquals(second().content().gates(), begun.record().content().gates());
    // also if all had answered before: one may hold more by now, whoever answers first
    var all = quiet(surveying());
    for (var who : List.of(BOB, CAT)) all = hears(all, holds(who, FIRST, first(), true), 2);
    all = Election.step(all, Input.Tick.NOW, at(pause)).state();
    var more = new ScopeRecord(new RecordId(3, 2), first().content());
    all = hears(all, holds(CAT, more.id(), more, false), 1 + pause);
    assertEquals(1, generation(ticked(all, 1 + pause)));
    all = hears(all, holds(CAT, more.id(), first(), true), 1 + pause);
    all = hears(all, holds(BOB, SECOND, second(), true), 2 + pause);
    assertEquals(second().content().gates(), ticked(all, 2 + pause).record().content().gates());
  }

  /** S14: who was asked for a recovery asks, if it is told to, who asked it. */
  @Test
  void whoWasAskedAsksInTurn() {
    var state = hears(follower(THREE, 6), Surveys.surveys(DAN, Bytes.utf8("x")), 0);
    assertEquals(List.of(BOB, CAT, DAN), asked(Election.step(state, wish(GENESIS), at(1))));
    for (var i = 10; i < 40; i++)
      state = hears(state, Surveys.surveys(NodeId.of("eu", "n" + i), Bytes.utf8("x")), 0);
    assertEquals(16, state.attempts().survivors().asked().size());
  }

  /** E29: whoever was asked is shown what has begun, once it is durable. */
  @Test
  void whoeverWasAskedIsShownWhatHasBegun() {
    var until = 1 + PROFILE.promise().toMillis();
    var step = Surveys.lastTick(quiet(surveying()), until);
    var shown =
        all(step, Effect.Send.class).stream()
            .filter(send -> send.frame().message() instanceof Frame.RecordPut)
            .toList();
    assertEquals(List.of(BOB, CAT), shown.stream().map(Effect.Send::to).toList());
    for (var send : shown) {
      assertEquals(new Frame.RecordPut(step.state().record(), true), send.frame().message());
      assertEquals(2, send.frame().header().generation());
      assertTrue(send.after() > 0, "not before");
    }
  }

  /** A late answer to an earlier survey may show less than its sender's disk holds now. */
  @Test
  void onlyAnswersToThisSurveyOfWhoWasAskedCount() {
    var state = surveying();
    var late = new Frame.Holds(Bytes.utf8("earlier"), second(), true);
    assertEquals(state, hears(state, says(BOB, 6, SECOND, late), 2));
    assertEquals(state, hears(state, holds(DAN, SECOND, second(), true), 2));
    var once = hears(state, holds(BOB, SECOND, second(), true), 2);
    assertEquals(1, once.attempts().survivors().found().size());
    assertEquals(once, hears(once, holds(BOB, SECOND, second(), true), 3));
    // nobody is asked any more
    var idle = follower(THREE, 6);
    assertEquals(idle, hears(idle, holds(BOB, SECOND, second(), true), 2));
    // another scope's birth is not taken in
    var other = new ScopeRecord(SECOND, TestFrames.options(ANN, TestFrames.FIVE).first().content());
    assertEquals(state, hears(state, holds(BOB, SECOND, other, true), 2));
  }

  /** E29: who is still of the generation before shows what it revoked there, then goes over. */
  @Test
  void whoIsOfAnOlderGenerationIsHeard() {
    var gone = new Revocation(Bytes.EMPTY, DAN, Revocation.NEVER);
    var second = Recovery.of(List.of(follower(THREE, 6).current()), seat(CAT), GENESIS).record();
    var two = List.of(seat(ANN), seat(CAT));
    var content = second.content();
    var shared =
        Content.of(2, content.genesis(), content.maxPromise(), content.rhoPpm(), two)
            .with(content.gates(), List.of(), content.audit(), content.applied());
    var held = Durable.fresh(new ScopeRecord(new RecordId(3, 4), shared));
    var state = Election.begin(TestFrames.options(ANN, THREE), held, true, at(0));
    state =
        Election.step(
                state, new Input.Learners(List.of(new Seat(BOB, TestFrames.store(BOB), 10))), at(0))
            .state();
    var id = Bytes.utf8("again");
    var told = Election.step(state, new Input.Recover(id, 2, List.of()), at(1));
    assertEquals(
        List.of(BOB, CAT), all(told, Effect.Send.class).stream().map(s -> s.to()).toList());
    var survey = all(told, Effect.Send.class).getFirst().frame();
    // Bob, of generation 1, answers; he goes over once he was heard, not before
    var first = first().content();
    var knows = first.with(first.gates(), List.of(gone), first.audit(), first.applied());
    var old = Durable.fresh(new ScopeRecord(new RecordId(1, 2), knows));
    var bob = Election.begin(TestFrames.options(BOB, THREE), old, true, at(1));
    var answered = Election.step(bob, new Input.Received(ANN, survey), at(1));
    assertEquals(bob, answered.state());
    var said = all(answered, Effect.Send.class).stream().map(send -> send.frame()).toList();
    assertEquals(new Frame.Holds(id, old.view(), true), said.getFirst().message());
    assertEquals(1, said.size());
    var heard = Election.step(told.state(), new Input.Received(BOB, said.getFirst()), at(2));
    assertEquals(
        new Frame.RecordPut(held.view(), true),
        only(heard, Effect.Send.class).frame().message(),
        "it is shown the later record all the same");
    var begun = ticked(quiet(heard.state()), 1 + PROFILE.promise().toMillis());
    assertEquals(3, generation(begun));
    assertEquals(List.of(gone), begun.record().content().revocations());
  }

  private static List<NodeId> asked(Step step) {
    return all(step, Effect.Send.class).stream()
        .filter(send -> send.frame().message().equals(new Frame.Survey(GENESIS)))
        .map(Effect.Send::to)
        .toList();
  }

  /**
   * E29: who votes by a record that is shown is asked, too, and waited for as long as the others.
   */
  @Test
  void whoVotesByWhatIsFoundIsAsked() {
    var state = quiet(surveying());
    for (var who : List.of(BOB, CAT))
      state = hears(state, holds(who, SECOND, withDan(), true), 500);
    assertEquals(at(500).now(), state.due(), "at once");
    var asks = Election.step(state, Input.Tick.NOW, at(500));
    assertEquals(List.of(BOB, CAT, DAN), asked(asks));
    var until = 500 + PROFILE.promise().toMillis();
    state = ticked(asks.state(), until - 1);
    assertEquals(1, generation(state));
    var third = new RecordId(6, 3);
    var latest =
        new ScopeRecord(
            third,
            withDan().content().with(second().content().gates(), List.of(), List.of(), List.of()));
    state = hears(state, holds(DAN, third, latest, true), until - 1);
    var begun = ticked(state, until - 1);
    assertEquals(2, generation(begun));
    assertEquals(second().content().gates(), begun.record().content().gates());
    // of another beginning nobody is asked
    var once = hears(quiet(surveying()), holds(BOB, SECOND, withDan(), true), 5);
    assertEquals(once.attempts(), hears(once, holds(BOB, SECOND, withDan(), true), 6).attempts());
  }

  private static ScopeRecord withDan() {
    var content = first().content();
    var seats = new ArrayList<>(content.voters());
    seats.add(seat(DAN));
    return new ScopeRecord(
        SECOND, Content.of(1, content.genesis(), content.maxPromise(), content.rhoPpm(), seats));
  }

  /** §7: as long as P at the least, and longer where answers take longer. */
  @Test
  void aSlowNetworkIsWaitedFor() {
    var turn = new Turn(quiet(follower(THREE, 6)), at(0));
    for (var voter : List.of(BOB, CAT)) turn.answeredIn(voter, Duration.ofMillis(400));
    var slow = turn.state();
    var deadline = turn.measured().deadline(PROFILE);
    assertTrue(deadline.compareTo(PROFILE.promise()) > 0, deadline::toString);
    var state = Election.step(slow, wish(GENESIS), at(1)).state();
    assertEquals(1, generation(ticked(state, deadline.toMillis())));
    assertEquals(2, generation(ticked(state, 1 + deadline.toMillis())));
  }

  /** What a survivor stores but does not know to be committed says nothing of its view. */
  @Test
  void aRecordThatIsNotCommittedIsNoView() {
    var gone = new Revocation(Bytes.EMPTY, DAN, Revocation.NEVER);
    var content = first().content();
    var word =
        new ScopeRecord(
            FIRST, content.with(List.of(), List.of(gone), content.audit(), content.applied()));
    var state = hears(quiet(surveying()), holds(BOB, FIRST, word, false), 2);
    assertEquals(first(), state.attempts().survivors().found().firstEntry().getValue().view());
  }

  /** Who only watched until now leads from here on, as nobody else votes. */
  @Test
  void aWitnessThatGoesOnLeads() {
    var content = first().content();
    var seats = new ArrayList<Seat>();
    for (var voter : content.voters())
      seats.add(voter.node().equals(ANN) ? new Seat(ANN, voter.store(), Seat.WITNESS) : voter);
    var watches =
        new ScopeRecord(
            FIRST, Content.of(1, content.genesis(), content.maxPromise(), content.rhoPpm(), seats));
    var state = Election.begin(TestFrames.options(ANN, THREE), Durable.fresh(watches), true, at(0));
    state = Election.step(state, wish(GENESIS), at(1)).state();
    var begun = ticked(state, 1 + PROFILE.promise().toMillis());
    assertEquals(2, generation(begun));
    assertEquals(Seat.DEFAULT_RANK, begun.record().content().voters().getFirst().rank());
  }

  /** Who votes by the view, and no more by the latest record, may hold what was committed. */
  @Test
  void votersOfTheViewAreAsked() {
    var state = follower(THREE, 6);
    var content = first().content();
    var two = content.voters().stream().filter(seat -> !seat.node().equals(CAT)).toList();
    var without =
        new ScopeRecord(
            SECOND, Content.of(1, content.genesis(), content.maxPromise(), content.rhoPpm(), two));
    var turn = new Turn(state, at(0));
    turn.current = turn.current.storing(without);
    assertEquals(List.of(BOB, CAT), asked(Election.step(turn.state(), wish(GENESIS), at(1))));
  }

  /** S4: what is not durable yet is no answer. */
  @Test
  void onlyWhatIsDurableIsShown() {
    var turn = new Turn(follower(THREE, 6), at(0));
    turn.current = turn.current.storing(second());
    turn.persist();
    var step = Election.step(turn.state(), surveys(CAT, GENESIS), at(1));
    assertEquals(
        new Frame.Holds(GENESIS, first(), true), only(step, Effect.Send.class).frame().message());
  }

  /** What was applied, and who did it, goes over with the record. */
  @Test
  void whatWasAppliedIsKept() {
    var content = first().content();
    var author = new Author("ops", "why", Instant.EPOCH);
    var command = new Command(Bytes.utf8("c"), Command.ANY, new Change.SetRank(BOB, 7), author);
    var applied = new ScopeRecord(SECOND, command.change().of(content).applying(command));
    var state = hears(quiet(surveying()), holds(BOB, SECOND, applied, true), 2);
    var begun = ticked(state, 1 + PROFILE.promise().toMillis()).record().content();
    assertEquals(applied.content().applied(), begun.applied());
    assertEquals(applied.content().audit(), begun.audit());
  }
}
