package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.RoadTimes;
import dev.meshkit.transport.Silence;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Issue 5, in virtual time: a path that dies under a mesh of two, or three, buries nobody, since
 * another road carries the streams before the first suspicion can end. Nobody could help there: who
 * is silent is accused within a second or two, and buried 3 s later.
 */
class RoadChangeTest {
  /** What the tick of a silent path may come late by, and its question. */
  private static final Duration TICKS = Duration.ofMillis(500);

  /** From the question to the doubt; and so that not all dial at once. */
  private static final Duration DOUBT = Duration.ofMillis(500 + 100);

  /** Opening the streams, on a machine that is not the fastest. */
  private static final Duration OPENING = Duration.ofMillis(600);

  /** The longest that nothing arrives while both ends have a road that would work. */
  private static final Duration CHANGE =
      Silence.ASK.plus(TICKS).plus(DOUBT).plus(RoadTimes.DEFAULTS.besidePatience()).plus(OPENING);

  @Test
  void aPathThatDiesUnderAMeshOfTwoBuriesNobody() {
    for (var phase = 0; phase < 1_000; phase += 20) assertEquals(0, deaths(2, phase, CHANGE));
  }

  @Test
  void norUnderAMeshOfThree() {
    for (var phase = 0; phase < 1_000; phase += 20) assertEquals(0, deaths(3, phase, CHANGE));
  }

  /**
   * And why it has to be so soon: a race that only begins once the path was given up is too late.
   */
  @Test
  void aRaceAfterThePathIsLostWouldBeTooLate() {
    var late = Silence.ASK.plus(Silence.LOST).plus(RoadTimes.DEFAULTS.h3Patience());
    var deaths = 0L;
    for (var phase = 0; phase < 1_000; phase += 20) deaths += deaths(2, phase, late);
    assertTrue(deaths > 0, "a mesh of two waits for ever: nothing has to be so soon");
  }

  /** How many nodes were buried by another because nothing arrived for so long. */
  private static long deaths(int nodes, int phaseMs, Duration silence) {
    var mesh = new TestMesh(phaseMs, Timing.lan());
    mesh.startAll(nodes);
    mesh.run(Duration.ofSeconds(20).plusMillis(phaseMs));
    assertTrue(mesh.agreed());
    mesh.cut = (_, _) -> true;
    mesh.run(silence);
    mesh.cut = (_, _) -> false;
    for (var host : mesh.hosts.values()) {
      for (var peer : host.links) mesh.step(host, new Input.LinkUp(peer)); // over another road
    }
    mesh.run(Duration.ofSeconds(20));
    assertTrue(mesh.agreed());
    return mesh.hosts.values().stream()
        .flatMap(host -> host.changes.stream())
        .filter(change -> change.kind() == Change.Kind.DIED)
        .count();
  }
}
