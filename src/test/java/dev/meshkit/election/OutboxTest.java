package dev.meshkit.election;

import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.THREE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S4: what waits for a persist leaves after it, in order, or never. */
final class OutboxTest {
  private final Outbox outbox = new Outbox();

  @Test
  void whatWaitsLeavesAfterItsPersistAndInOrder() {
    var now = send(BOB, 1, 0);
    var first = send(BOB, 2, 1);
    var second = send(CAT, 3, 2);
    assertEquals(List.of(now), outbox.pass(List.of(first, now, second)));
    assertEquals(List.of(first), outbox.done(1));
    assertEquals(List.of(second), outbox.done(2));
    assertEquals(List.of(), outbox.done(2));
  }

  /** A later persist holds all that an earlier one would have. */
  @Test
  void aLaterPersistFreesWhatWaitedForAnEarlierOne() {
    var first = send(BOB, 1, 1);
    var second = send(CAT, 2, 2);
    outbox.pass(List.of(first, second));
    assertEquals(List.of(first, second), outbox.done(2));
    assertEquals(List.of(first), outbox.pass(List.of(first)), "it is durable already");
  }

  /** The bound: one frame of a kind and peer waits, the latest. */
  @Test
  void ofOneKindToOnePeerOnlyTheLatestWaits() {
    var old = send(BOB, 1, 1);
    var late = send(BOB, 2, 1);
    outbox.pass(List.of(old));
    outbox.pass(List.of(late));
    assertEquals(List.of(late), outbox.done(1));
  }

  @Test
  void anAbortedRaceNeverBegins() {
    var race = new Effect.Race(TestFrames.round(false, 7, THREE), 1);
    var abort = new Effect.Abort(race.round().id(), new Ballot.Rival());
    outbox.pass(List.of(race));
    assertEquals(List.of(abort), outbox.pass(List.of(abort)));
    assertEquals(List.of(), outbox.done(1));
  }

  @Test
  void afterAHaltNothingLeaves() {
    var halt = new Effect.Halt(HaltCause.STORE_FAILED);
    outbox.pass(List.of(send(BOB, 1, 1)));
    assertEquals(List.of(halt), outbox.pass(List.of(halt)));
    assertEquals(List.of(), outbox.done(1));
  }

  private static Effect.Send send(NodeId to, long round, long after) {
    var header = new Header(TestFrames.EU, 1, Bytes.EMPTY, 7, FIRST, Bytes.EMPTY);
    return new Effect.Send(to, new Frame(header, new Frame.Ask(round, true, 7, FIRST)), after);
  }
}
