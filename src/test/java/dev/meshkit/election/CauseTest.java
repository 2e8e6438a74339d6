package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.EU;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.leader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A leader that gives up its term tells its voters why. */
final class CauseTest {
  private static final Fence FENCE = new Fence(EU, 1, 7);

  @Test
  void whoGivesUpSaysWhy() {
    assertEquals(Cause.LAPSE, told(Election.step(leader(7), Input.Tick.NOW, at(60_000))));
    assertEquals(Cause.CLOCK, told(Election.step(leader(7), new Input.ClockSuspect(), at(10))));
    // with a successor at hand, and without one
    for (var from : List.of(near(), leader(7))) {
      assertEquals(Cause.SHUTDOWN, told(Election.step(from, new Input.Stop(), at(300))));
      assertEquals(Cause.STEP_DOWN, told(Election.step(from, new Input.StepDown(), at(300))));
    }
    var handed = Election.step(near(), new Input.Drained(FENCE, BOB), at(20));
    assertEquals(Cause.TRANSFER, told(handed));
    assertEquals(1, all(handed, Effect.Send.class).stream().filter(CauseTest::isNamed).count());
  }

  /** A disk that no longer answers. */
  @Test
  void whoseDiskHangsSaysSo() {
    var state = leader(7);
    for (var time = 100L; time < 10_000; time += 100) {
      var step = Election.step(state, Input.Tick.NOW, at(time));
      state = step.state();
      if (!(state.role() instanceof Role.Leader(var tenure))) {
        assertEquals(Cause.DISK, told(step));
        return;
      }
      state = Election.step(state, ack(BOB, 7, tenure.seq()), at(time)).state();
    }
    throw new AssertionError("it leads on");
  }

  private static State near() {
    var led = leader(7);
    return Election.step(led, ack(BOB, 7, 1), at(10)).state();
  }

  private static boolean isNamed(Effect.Send send) {
    return send.frame().message() instanceof Frame.TimeoutNow;
  }

  /** What all are told; the same as what the leader itself makes of it. */
  private static Cause told(Step step) {
    var said =
        all(step, Effect.Send.class).stream()
            .map(send -> send.frame().message())
            .flatMap(CauseTest::cause)
            .toList();
    var lost = only(step, Effect.Lost.class).cause();
    assertFalse(said.isEmpty());
    for (var one : said) assertEquals(lost, one);
    return lost;
  }

  private static Stream<Cause> cause(Frame.Message message) {
    if (message instanceof Frame.TimeoutNow(_, var cause)) return Stream.of(cause);
    if (message instanceof Frame.StepDown(_, NodeId _, var cause)) return Stream.of(cause);
    return Stream.of();
  }
}
