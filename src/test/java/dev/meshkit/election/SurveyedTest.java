package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Surveys.GENESIS;
import static dev.meshkit.election.Surveys.seat;
import static dev.meshkit.election.Surveys.surveys;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S14, E29: what a node says to a survey of one that recovers its scope. */
final class SurveyedTest {
  /**
   * E29: a leader of an older generation, and who follows it, show what they hold to one of a later
   * generation: their leader leads nothing any more, and what they revoked is kept.
   */
  @Test
  void whoFollowsALeaderOfAnOlderGenerationShowsWhatItHolds() {
    var later = Recovery.of(List.of(follower(THREE, 6).current()), seat(CAT), Bytes.utf8("x"));
    var content = later.record().content();
    var scope = TestFrames.options(CAT, THREE).scope();
    var header =
        new Header(
            scope,
            content.generation(),
            content.genesis(),
            0,
            later.record().id(),
            TestFrames.store(CAT));
    var asks = new Input.Received(CAT, new Frame(header, new Frame.Survey(GENESIS)));
    var follows = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    assertTrue(follows.promise().forbids(CAT, at(1).now()));
    for (var state : List.of(follows, TestFrames.leader(7))) {
      var step = Election.step(state, asks, at(1));
      var shown =
          all(step, Effect.Send.class).stream()
              .map(send -> send.frame().message())
              .filter(message -> message instanceof Frame.Holds)
              .toList();
      assertEquals(new Frame.Holds(GENESIS, state.view(), true), shown.getFirst());
      assertTrue(
          all(step, Effect.Send.class).stream()
              .noneMatch(send -> send.frame().message() instanceof Frame.Withholds));
    }
  }

  /** S9, E24: a question changes nothing at who is asked, whoever asks. */
  @Test
  void whoIsAskedIsNotMoved() {
    var survey = new Frame.Survey(GENESIS);
    var state = settled(Election.step(follower(THREE, 6), beat(BOB, 7, 1), at(0)), at(0));
    // while its word to a leader holds it says that
    var bound = Election.step(state, says(CAT, 6, FIRST, survey), at(100));
    assertEquals(state, bound.state(), "not even who asks is kept");
    var promised = (Frame.Withholds) only(bound, Effect.Send.class).frame().message();
    assertEquals(Why.PROMISE, promised.why());
    assertEquals(GENESIS, promised.survey());
    assertTrue(promised.retryIn().compareTo(PROFILE.promise()) < 0, promised::toString);
    for (var from : List.of(CAT, DAN)) {
      var step = Election.step(state, says(from, 9, new RecordId(8, 3), survey), at(601));
      assertEquals(state, unmoved(step.state(), state));
      assertEquals(
          List.of(
              new Frame.Holds(GENESIS, state.view(), true),
              new Frame.Holds(GENESIS, state.record(), false)),
          all(step, Effect.Send.class).stream().map(send -> send.frame().message()).toList(),
          "its rewrite is not known to be committed");
    }
    // one whose latest record is committed needs one frame; the two are never one another's later
    var plain = follower(THREE, 6);
    var step = Election.step(plain, says(CAT, 6, FIRST, survey), at(1));
    var whole = only(step, Effect.Send.class).frame();
    assertEquals(new Frame.Holds(GENESIS, plain.view(), true), whole.message());
    var other = new Frame(whole.header(), new Frame.Holds(GENESIS, plain.record(), false));
    assertTrue(!other.key().equals(whole.key()), whole::key);
  }

  /**
   * S14: a leader says that it leads, and for how long yet, also to one that it removed and that no
   * beat of it reaches. What it holds is not shown: nobody takes that for the last one.
   */
  @Test
  void aLeaderShowsNothingForARecovery() {
    var state = TestFrames.leader(7);
    var end = ((Role.Leader) state.role()).tenure().end();
    for (var from : List.of(BOB, DAN)) {
      var step = Election.step(state, surveys(from, GENESIS), at(10));
      assertEquals(state, step.state());
      assertEquals(
          new Frame.Withholds(GENESIS, Why.PROMISE, Duration.between(at(10).now(), end)),
          only(step, Effect.Send.class).frame().message());
    }
  }

  /** But for who is known to recover. */
  private static State unmoved(State after, State before) {
    var turn = new Turn(after, at(0));
    turn.attempts = turn.attempts.recovering(before.attempts().survivors());
    return turn.state();
  }
}
