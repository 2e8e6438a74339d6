package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules together: whole cores, a perfect network, 2 ms disks. Virtual time, so no test waits. */
final class TinyMeshTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void oneOfThreeLeadsWithinASecondAndStays() {
    for (var seed = 0L; seed < 50; seed++) {
      var mesh = new TinyMesh(3, Profile.REGION, seed);
      mesh.untilLed(SECOND);
      mesh.run(Duration.ofMinutes(1));
      assertEquals(1, mesh.gained.size(), "tenures in a calm minute, seed " + seed);
      assertEquals(1, mesh.leaders().size());
    }
  }

  /** A lone voter has nobody to wait for, on a fresh start and on a restart (ARCHITECTURE §9.4). */
  @Test
  void aLoneVoterLeadsWithinASecondFreshAndRestarted() {
    for (var profile : List.of(Profile.REGION, Profile.FAST, Profile.WAN)) {
      var mesh = new TinyMesh(1, profile, 7);
      var only = NodeId.of("eu", "n1");
      assertTrue(mesh.untilLed(SECOND).compareTo(SECOND) < 0);
      mesh.run(Duration.ofMinutes(1));
      assertEquals(1, mesh.gained.size());
      var dead = mesh.node(only);
      mesh.kill(only);
      mesh.restart(dead);
      assertTrue(mesh.untilLed(SECOND).compareTo(SECOND) < 0);
      assertEquals(2, mesh.gained.size());
    }
  }

  /** L1 with its parts on a perfect network; the successor's fence is greater. */
  @Test
  void aDeadLeaderIsSucceededWithinTheBound() {
    for (var seed = 0L; seed < 50; seed++) {
      var mesh = new TinyMesh(5, Profile.REGION, seed);
      mesh.untilLed(SECOND);
      mesh.run(Duration.ofSeconds(5));
      mesh.kill(mesh.leaders().getFirst());
      mesh.untilLed(Duration.ofMillis(600 + 3 * 50 + 2 * 200 + 50));
      assertEquals(2, mesh.gained.size());
      assertTrue(mesh.gained.get(1).compareTo(mesh.gained.get(0)) > 0);
    }
  }

  /** E23: followers of one lapse fire at different times; split votes stay under 5 %. */
  @Test
  void splitVotesAreRare() {
    var wasted = 0L;
    var elections = 400;
    for (var seed = 0L; seed < elections; seed++) {
      var mesh = new TinyMesh(5, Profile.REGION, seed);
      mesh.untilLed(SECOND.multipliedBy(3));
      wasted += mesh.gained.getFirst().term() - 1;
    }
    assertTrue(wasted < elections / 20, wasted + " terms wasted in " + elections + " elections");
  }

  /** L7, E24: a node that was away comes back as a follower; nobody's term moves. */
  @Test
  void aRejoiningVoterCausesNoElection() {
    for (var seed = 0L; seed < 20; seed++) {
      var mesh = new TinyMesh(3, Profile.REGION, seed);
      mesh.untilLed(SECOND);
      var leader = mesh.leaders().getFirst();
      var other = NodeId.of("eu", leader.name().equals("n1") ? "n2" : "n1");
      var dead = mesh.node(other);
      mesh.kill(other);
      mesh.run(Duration.ofSeconds(30));
      mesh.restart(dead);
      mesh.run(Duration.ofSeconds(30));
      assertEquals(List.of(leader), mesh.leaders());
      assertEquals(1, mesh.gained.size());
    }
  }

  /** L5: after a restart of all inside their promises the quiet period passes first. */
  @Test
  void allRestartAndElectAfterTheQuietPeriod() {
    var mesh = new TinyMesh(3, Profile.REGION, 3);
    mesh.untilLed(SECOND);
    for (var name : List.of("n1", "n2", "n3")) {
      var dead = mesh.node(NodeId.of("eu", name));
      mesh.kill(NodeId.of("eu", name));
      mesh.restart(dead);
    }
    mesh.run(Duration.ofMillis(1999));
    assertTrue(mesh.leaders().isEmpty());
    mesh.untilLed(SECOND);
  }

  /** A graceful stop hands over faster than a lapse, and never leads its term again (S11). */
  @Test
  void aStoppedLeaderIsSucceededWithoutALapse() {
    for (var seed = 0L; seed < 20; seed++) {
      var mesh = new TinyMesh(3, Profile.REGION, seed);
      mesh.untilLed(SECOND);
      mesh.run(SECOND);
      var leader = mesh.leaders().getFirst();
      mesh.feed(leader, mesh.node(leader), new Input.Stop());
      var gap = mesh.untilLed(Duration.ofMillis(450));
      assertTrue(gap.compareTo(Duration.ofMillis(450)) < 0, gap + ", seed " + seed);
      mesh.run(SECOND);
      assertTrue(mesh.state(leader).stopped(), "it voted on until its successor's beat");
    }
  }
}
