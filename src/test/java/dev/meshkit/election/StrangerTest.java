package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.FIVE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ask;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beatMessage;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.says;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E33, S9: what comes from outside changes nothing, and is counted. */
final class StrangerTest {
  @Test
  void whoDoesNotVoteChangesNothingAndIsShownTheRecord() {
    var state = follower(THREE, 6);
    for (var message : List.of(new Frame.Ask(1, false, 9, FIRST), beatMessage(1, FIRST))) {
      var input = says(DAN, 9, FIRST, message);
      var step = Election.step(state, input, at(0));
      assertEquals(state, step.state());
      assertEquals(
          List.of(new Effect.Dropped(DAN, Drop.NOT_MEMBER)), all(step, Effect.Dropped.class));
      assertEquals(
          List.of(new Frame.RecordPut(state.view(), true)),
          all(step, Effect.Send.class).stream().map(s -> s.frame().message()).toList());
    }
  }

  @Test
  void anotherGenesisIsDropped() {
    // given a sender that was configured with five voters: another genesis, though it votes here
    var state = follower(THREE, 6);
    for (var message :
        List.of(
            new Frame.Ask(1, false, 9, FIRST), beatMessage(1, FIRST), new Frame.RecordGet(FIRST)))
      assertDropped(state, says(BOB, FIVE, 9, FIRST, message), BOB, Drop.GENESIS);
  }

  @Test
  void aWildTermIsDropped() {
    var state = follower(THREE, 6);
    var wild = 6 + Election.WILD + 1;
    assertDropped(state, ask(BOB, wild, FIRST), BOB, Drop.WILD_TERM);
    assertEquals(wild - 1, Election.step(state, ask(BOB, wild - 1, FIRST), at(0)).state().term());
  }

  @Test
  void aHeaderWhoseRecordIsFromTheFutureIsDropped() {
    var put = new Frame.RecordPut(follower(THREE, 6).record(), true);
    assertDropped(
        follower(THREE, 6), says(BOB, 7, new RecordId(8, 1), put), BOB, Drop.INVALID_RECORD);
  }

  /** E33: nor does one that is within a frame whose header is as any other's. */
  @Test
  void whatIsWildWithinAFrameIsDropped() {
    var state = follower(THREE, 6);
    var far = 6 + Election.WILD + 1;
    var first = TestFrames.options(ANN, THREE).first();
    var content = first.content();
    var later =
        Content.of(
            9_999, content.genesis(), content.maxPromise(), content.rhoPpm(), content.voters());
    for (var said :
        List.of(
            new Frame.Ask(1, false, far, FIRST),
            new Frame.Ask(1, true, far, FIRST),
            new Frame.Ask(1, false, 6, new RecordId(6, far)),
            new Frame.StepDown(far, BOB),
            new Frame.RecordPut(first.as(new RecordId(far, 1)), true),
            new Frame.RecordPut(first.as(new RecordId(6, far)), true),
            new Frame.Holds(Bytes.utf8("a survey"), first.as(new RecordId(6, far)), true),
            new Frame.RecordPut(new ScopeRecord(new RecordId(0, 2), later), true)))
      assertDropped(state, says(BOB, 6, FIRST, said), BOB, Drop.WILD_TERM);
  }

  /** E33: nor does a version that nobody can have come to, though its content is held. */
  @Test
  void aWildVersionInAHeaderIsDropped() {
    var far = new RecordId(7, Election.WILD + 2);
    var beat = TestFrames.beatMessage(1, FIRST);
    assertDropped(follower(THREE, 6), says(BOB, 7, far, beat), BOB, Drop.WILD_TERM);
    assertDropped(follower(THREE, 6), says(DAN, 7, far, beat), DAN, Drop.WILD_TERM);
    var near =
        Election.step(
            follower(THREE, 6), says(BOB, 7, new RecordId(7, Election.WILD + 1), beat), at(0));
    assertEquals(List.of(), all(near, Effect.Dropped.class));
  }

  /** A frame of one's own name is a copy of this node, or an echo: never a vote. */
  @Test
  void aFrameOfOnesOwnNameIsDropped() {
    var state = follower(THREE, 6);
    var step = Election.step(state, ask(ANN, 9, FIRST), at(0));
    assertEquals(state, step.state());
    assertEquals(
        List.of(new Effect.Dropped(ANN, Drop.NOT_MEMBER)), all(step, Effect.Dropped.class));
  }

  /** A record of another birth is refused whole. */
  @Test
  void aRecordOfAnotherBirthIsRefused() {
    var state = follower(THREE, 6);
    var other = TestFrames.options(BOB, FIVE).first().as(new RecordId(9, 9));
    assertDropped(
        state,
        says(BOB, 9, new RecordId(9, 9), new Frame.RecordPut(other, true)),
        BOB,
        Drop.INVALID_RECORD);
  }

  /** A voter named with its store is another voter after a wipe. */
  @Test
  void anotherStoreIsAnotherVoter() {
    var seat = new Seat(CAT, TestFrames.store(BOB), Seat.DEFAULT_RANK);
    assertEquals(
        List.of(true, false),
        List.of(seat.is(CAT, TestFrames.store(BOB)), seat.is(CAT, TestFrames.store(CAT))));
    assertEquals(true, Seat.configured(CAT).is(CAT, TestFrames.store(CAT)));
  }

  private static void assertDropped(
      State state, Input input, dev.meshkit.api.NodeId from, Drop why) {
    assertEquals(
        new Step(state, List.of(new Effect.Dropped(from, why))),
        Election.step(state, input, at(0)));
  }
}
