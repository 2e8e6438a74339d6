package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.gossip.Timing;
import org.junit.jupiter.api.Test;

/**
 * V35: many nodes gossip in virtual time, and nobody of them is taken for dead. How long that takes
 * is measured ({@code make bench BENCH=step ARGS=gossip}, docs/bench/step.md), and decides nothing.
 */
class FormedMeshTest {
  private static final int NODES = 100;

  /** A suspicion of so many lasts 6 s at least: whoever is silent is dead by then. */
  private static final int SECONDS = 30;

  /** Each sees all in the life they are in at the end, though one frame in a hundred is lost. */
  @Test
  void nobodyDiesInALargeMeshThatHasMet() {
    var ran = SimSpeed.outcome(NODES, SECONDS, new FormedMesh(Timing.lan()));
    assertTrue(ran.passed(), () -> ran.report());
    assertEquals(0, ran.coverage().of(Coverage.Seen.DIED));
    assertTrue(
        ran.events() > SECONDS * NODES, () -> ran.events() + " events: a probe a second at least");
  }

  /** The meeting is all that they know each other by: before it each is alone. */
  @Test
  void nobodyKnowsAnybodyBeforeTheMeeting() {
    var before = Seconds.of(0.4);
    assertTrue(before < FormedMesh.MEETING);
    var ran = SimSpeed.outcome(NODES, 0.4, new FormedMesh(Timing.lan()));
    assertEquals("GL1", ran.violations().getFirst().oracle());
  }
}
