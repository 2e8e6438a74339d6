package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Steps.refusal;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.FIRST;
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
import java.util.List;
import org.junit.jupiter.api.Test;

/** E28: stores that went back in time, or run twice, are found out and silenced. */
final class QuarantineTest {
  private static final Life LIFE = new Life(4, 44);
  private static final RecordId LATER = new RecordId(8, 3);

  /** E28: a copy that was put back starts as often as the original did, with another nonce. */
  @Test
  void aProcessThatCountsAsAnotherDidIsRefused() {
    var state = met(new Life(4, 44), 8, LATER);
    assertRefused(state, boots(new Life(4, 45), 8, LATER), new Life(4, 45));
  }

  /** E28: what a store once showed was durable, so a later process shows no less. */
  @Test
  void aLaterProcessWithAnOlderTermOrRecordIsRefused() {
    var state = met(new Life(4, 44), 8, LATER);
    var later = new Life(5, 1);
    assertRefused(state, boots(later, 7, new RecordId(7, 3)), later);
    assertRefused(state, boots(later, 8, new RecordId(8, 2)), later);
    assertBelieved(state, boots(later, 8, LATER));
  }

  /** E28: an earlier process may be a ghost, or only its frame is late: it does not count. */
  @Test
  void anEarlierProcessIsRefusedAndProvesNothing() {
    var state = met(new Life(4, 44), 8, LATER);
    var refused = assertRefused(state, boots(new Life(3, 1), 6, FIRST), new Life(3, 1));
    assertEquals(state.peers(), refused.peers());
    assertBelieved(refused, boots(new Life(5, 1), 8, LATER));
  }

  /** A late frame of the process that is believed is only late. */
  @Test
  void anOlderFrameOfTheSameProcessIsBelieved() {
    assertBelieved(met(LIFE, 8, LATER), boots(LIFE, 6, FIRST));
  }

  /**
   * E28: what a process held when it began is judged by what earlier ones had shown, also if its
   * first word was lost and it has caught up since.
   */
  @Test
  void aHelloIsJudgedByWhatWasShownBefore() {
    var next = new Life(LIFE.boot() + 1, 5);
    var caught = step(met(LIFE, 8, LATER), living(next, says(BOB, 9, LATER, get()))).state();
    // all that it held, and more: it is only late, or said again
    assertBelieved(caught, boots(next, 8, LATER));
    assertBelieved(caught, boots(next, 9, LATER));
    for (var began : List.of(boots(next, 7, new RecordId(7, 3)), boots(next, 8, FIRST))) {
      var proven = assertRefused(caught, began, next);
      var rest = living(next, says(BOB, 10, LATER, get()));
      assertRefused(proven, rest, next); // whatever else it says
    }
    // of an ordinary frame of that process only the last counts, as before
    assertBelieved(caught, living(next, says(BOB, 7, FIRST, get())));
    // who has heard of the process before only by its hello knows no earlier one
    var first = step(follower(THREE, 6), boots(next, 9, LATER)).state();
    assertBelieved(first, boots(next, 6, FIRST));
  }

  private static Frame.Message get() {
    return new Frame.RecordGet(LATER);
  }

  /** E28: a copy that restarts often enough would count further than the original. */
  @Test
  void afterProofNoOtherProcessOfTheStoreIsBelieved() {
    var proven = assertRefused(met(LIFE, 8, LATER), boots(new Life(4, 9), 8, LATER), 4, 9);
    assertRefused(proven, boots(new Life(7, 1), 9, LATER), new Life(7, 1));
    assertBelieved(proven, boots(LIFE, 8, LATER));
  }

  /** A peer of a version that says nothing of its process is judged by nobody. */
  @Test
  void whoSaysNothingOfItsProcessIsNotJudged() {
    var said = met(LIFE, 8, LATER);
    assertBelieved(said, says(BOB, 6, FIRST, new Frame.Boot()));
    assertEquals(Peers.NONE, step(follower(THREE, 6), beat(BOB, 7, 1)).state().peers());
  }

  /** S9: who does not vote fills no table. */
  @Test
  void onlyVotersAreRemembered() {
    var heard = step(follower(THREE, 6), boots(DAN, LIFE, 6, FIRST));
    assertEquals(Peers.NONE, heard.state().peers());
  }

  /** E28: a vote of a refused process is dropped, whatever it says. */
  @Test
  void aRefusedVoteDoesNotCount() {
    var state = met(LIFE, 8, LATER);
    var grant = living(new Life(4, 5), ask(BOB, 9, LATER));
    var step = step(state, grant);
    assertEquals(state.current(), step.state().current());
    assertTrue(all(step, Effect.Persist.class).isEmpty());
  }

  /** Two that refuse each other do not answer for ever. */
  @Test
  void aRefusalIsNotAnsweredByAnother() {
    var state = met(LIFE, 8, LATER);
    var other = new Life(4, 5);
    var said = living(other, says(BOB, 8, LATER, new Frame.Quarantine(LIFE)));
    var step = step(state, said);
    assertTrue(all(step, Effect.Send.class).isEmpty());
    assertEquals(
        List.of(new Effect.Dropped(BOB, Drop.QUARANTINED)), all(step, Effect.Dropped.class));
  }

  /** S12: one that is quarantined grants nothing, asks nobody and acknowledges nothing. */
  @Test
  void aQuarantinedVoterIsSilent() {
    var state = quarantined(step(lived(6), beat(BOB, 7, 1)).state());
    assertEquals(new Role.Quarantined(CAT), state.role());
    assertEquals(Why.QUIET, refusal(step(state, ask(CAT, 9, LATER))));
    assertEquals(Why.QUIET, refusal(step(state, preAsk(CAT, 9, LATER))));
    assertEquals(7, step(state, ask(CAT, 9, LATER)).state().term());
    assertEquals(java.time.Instant.MAX, state.due());
    var followed = step(state, beat(BOB, 8, 1));
    assertTrue(all(followed, Effect.Send.class).isEmpty(), followed::toString);
    assertEquals(8, followed.state().record().id().term(), "it still learns");
    assertEquals(new Role.Quarantined(CAT), followed.state().role());
  }

  /** E28: a leader whose store is refused leads no more. */
  @Test
  void aQuarantinedLeaderLosesItsTenureFirst() {
    var led = leader(7);
    var options = led.options().lived(LIFE);
    var state = with(led, options);
    var step = step(state, says(CAT, 7, new RecordId(7, 1), new Frame.Quarantine(LIFE)));
    var lost = assertInstanceOf(Effect.Lost.class, step.effects().getFirst());
    assertEquals(Cause.DISK, lost.cause());
    assertEquals(new Role.Quarantined(CAT), step.state().role());
  }

  /** What was said of an earlier process of this store is late news. */
  @Test
  void aVerdictOnAnotherProcessChangesNothing() {
    var state = lived(6);
    var step = step(state, says(CAT, 6, FIRST, new Frame.Quarantine(new Life(3, 44))));
    assertEquals(state.role(), step.state().role());
  }

  /** E28: a restarted voter shows itself to all at once, and again, while it is quiet anyway. */
  @Test
  void aRestartedVoterSaysHelloWhileItIsQuiet() {
    var options = TestFrames.options(ANN, THREE).lived(LIFE);
    var durable = Durable.fresh(options.first()).raised(6);
    var state = Election.begin(options, durable, false, at(0));
    assertEquals(at(0).now(), state.due());
    var step = Election.step(state, Input.Tick.NOW, at(0));
    assertEquals(
        List.of(BOB, CAT), all(step, Effect.Send.class).stream().map(e -> e.to()).toList());
    for (var send : all(step, Effect.Send.class)) {
      assertEquals(new Frame.Boot(), send.frame().message());
      assertEquals(LIFE, send.frame().header().life());
    }
    assertEquals(at(600).now(), step.state().due());
    // what it held then, whatever it has learned since
    var learned = settled(Election.step(step.state(), beat(BOB, 9, 1), at(1)), at(1));
    assertEquals(9, learned.disk().durable().term());
    for (var send : all(Election.step(learned, Input.Tick.NOW, at(600)), Effect.Send.class)) {
      assertEquals(new Frame.Boot(), send.frame().message());
      assertEquals(6, send.frame().header().term());
      assertEquals(FIRST, send.frame().header().rec());
    }
    var awake = Election.step(step.state(), Input.Tick.NOW, at(2_000)).state();
    assertInstanceOf(Role.Follower.class, awake.role());
  }

  /** What was seen outlives a restart. */
  @Test
  void whatWasSeenIsKept() {
    var seen = met(LIFE, 8, LATER).peers();
    var options = TestFrames.options(ANN, THREE);
    var stored = new Stored(Durable.fresh(options.first()), seen, false);
    var state = Election.begin(options, stored, at(0));
    assertRefused(state, boots(new Life(4, 1), 8, LATER), new Life(4, 1));
  }

  /** At most {@link Peers#LIMIT} stores; the one with the oldest term goes. */
  @Test
  void theTableIsBounded() {
    var peers = Peers.NONE;
    for (var i = 0; i <= Peers.LIMIT; i++) {
      var name = NodeId.of("eu", "x" + i);
      peers = peers.met(((Input.Received) boots(name, LIFE, 10 + i, FIRST)).frame().header());
    }
    assertEquals(Peers.LIMIT, peers.stores().size());
    assertFalse(peers.stores().containsKey(TestFrames.store(NodeId.of("eu", "x0"))));
  }

  private static Step step(State state, Input input) {
    return Election.step(state, input, at(1));
  }

  /** Ann in a term, with a process of her own. */
  private static State lived(long term) {
    var options = TestFrames.options(ANN, THREE).lived(LIFE);
    return Election.begin(options, Durable.fresh(options.first()).raised(term), true, at(0));
  }

  private static State with(State state, ElectionOptions options) {
    return new State(
        options,
        state.role(),
        state.current(),
        state.disk(),
        state.promise(),
        state.heard(),
        state.attempts(),
        state.agenda(),
        state.learners(),
        state.lowering(),
        state.preference(),
        state.fireAt(),
        state.stopBy());
  }

  private static State quarantined(State state) {
    var caught = settled(new Step(state, List.of()), at(1));
    return step(caught, says(CAT, 7, new RecordId(7, 1), new Frame.Quarantine(LIFE))).state();
  }

  /** Ann, who has heard from Bob's store. */
  private static State met(Life life, long term, RecordId rec) {
    return step(follower(THREE, 6), boots(life, term, rec)).state();
  }

  private static Input boots(Life life, long term, RecordId rec) {
    return boots(BOB, life, term, rec);
  }

  private static Input boots(NodeId from, Life life, long term, RecordId rec) {
    return living(life, says(from, term, rec, new Frame.Boot()));
  }

  private static Input living(Life life, Input.Received said) {
    var h = said.frame().header();
    var header =
        new Header(h.scope(), h.generation(), h.genesis(), h.term(), h.rec(), h.store(), life);
    return new Input.Received(said.from(), new Frame(header, said.frame().message()));
  }

  private static void assertBelieved(State state, Input input) {
    assertEquals(List.of(), all(step(state, input), Effect.Dropped.class));
  }

  private static State assertRefused(State state, Input input, long boot, long nonce) {
    return assertRefused(state, input, new Life(boot, nonce));
  }

  private static State assertRefused(State state, Input input, Life told) {
    var step = step(state, input);
    assertEquals(new Frame.Quarantine(told), only(step, Effect.Send.class).frame().message());
    assertEquals(
        List.of(new Effect.Dropped(BOB, Drop.QUARANTINED)), all(step, Effect.Dropped.class));
    assertEquals(state.current(), step.state().current());
    return step.state();
  }
}
