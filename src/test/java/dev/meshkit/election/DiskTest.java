package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.EU;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.leader;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a leader finds out whether its disk still answers. */
final class DiskTest {
  private static final Fence FENCE = new Fence(EU, 1, 7);

  /** E4: a persist overdue by D costs leadership; beats went on until then. */
  @Test
  void aStalledDiskCostsLeadership() {
    var state = leader(7);
    // given a leader whose probe of the disk gets no answer, and voters that go on promising
    var time = 0L;
    while (state.role() instanceof Role.Leader && time < 10_000) {
      time += 100;
      var step = Election.step(state, Input.Tick.NOW, at(time));
      state = step.state();
      if (!(state.role() instanceof Role.Leader)) {
        assertEquals(new Effect.Lost(FENCE, Cause.DISK), step.effects().getFirst());
        break;
      }
      assertEquals(2, all(step, Effect.Send.class).size(), "a beat at " + time);
      state = Election.step(state, ack(BOB, 7, tenure(state).seq()), at(time)).state();
    }
    assertEquals(3_000, time, "1 s to the probe, then D");
  }

  /**
   * E4: who leads two scopes asks their disk once a second. A write of the other scope is an
   * answer; when it writes no more, this one asks by itself, and a hung disk costs leadership as
   * ever.
   */
  @Test
  void theWriteOfAnotherScopeSparesALeaderItsProbe() {
    var state = leader(7);
    var probed = new ArrayList<Long>();
    var time = 0L;
    while (state.role() instanceof Role.Leader && time < 20_000) {
      time += 50;
      if (time % 1_000 == 0 && time <= 10_000) {
        var answered = new Input.DiskAnswered(at(time - 50).now(), at(time).now());
        state = Election.step(state, answered, at(time)).state();
      }
      var step = Election.step(state, Input.Tick.NOW, at(time));
      state = step.state();
      if (!all(step, Effect.Persist.class).isEmpty()) probed.add(time);
      if (state.role() instanceof Role.Leader)
        state = Election.step(state, ack(BOB, 7, tenure(state).seq()), at(time)).state();
    }
    assertEquals(List.of(11_250L), probed);
    assertEquals(13_250, time, "D after the probe that was not answered");
  }

  /** A write of another scope tells how long writes take here, and makes nothing durable. */
  @Test
  void theWriteOfAnotherScopeIsMeasuredAndNothingElse() {
    var busy =
        Disk.holding(leader(7).current(), at(0).now()).issuing(leader(7).current(), at(10).now());
    assertEquals(busy, busy.vouched(at(0).now(), at(20).now()), "its own write tells");
    var idle = busy.done(busy.k(), at(30).now());
    var told = idle.vouched(at(100).now(), at(180).now());
    assertEquals(Duration.ofMillis(80), told.times().longest());
    assertEquals(at(1_000 + 250).now(), told.probeDue());
    assertEquals(idle.durable(), told.durable());
    assertEquals(idle.k(), told.k());
    // and one that ended long ago brings no probe forward
    assertEquals(told.probeDue(), told.vouched(at(0).now(), at(1).now()).probeDue());
  }

  /** Probes come at whole seconds, a second apart at most, and half a second after a write. */
  @Test
  void aDiskIsAskedAtWholeSeconds() {
    var current = leader(7).current();
    for (var probe :
        Map.of(0, 1_000, 3, 1_000, 499, 1_000, 501, 1_001, 999, 1_499, 1_000, 2_000).entrySet()) {
      var disk = Disk.holding(current, at(-5).now()).issuing(current, at(-1).now());
      assertEquals(Instant.MAX, disk.probeDue(), "while one is under way");
      var done = disk.done(disk.k(), at(probe.getKey()).now());
      assertEquals(
          at(probe.getValue()).now(), done.probeDue(), "after a write at " + probe.getKey());
    }
  }

  private static Tenure tenure(State state) {
    return ((Role.Leader) state.role()).tenure();
  }
}
