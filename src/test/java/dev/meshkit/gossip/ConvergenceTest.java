package dev.meshkit.gossip;

import static dev.meshkit.gossip.TestMesh.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Member.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole meshes in virtual time: what a member sees of the others. */
class ConvergenceTest {
  @Test
  void fiveNodesThatKnowOneSeedSeeEachOther() {
    var mesh = new TestMesh(1, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(3));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    for (var host : mesh.hosts.values()) {
      assertEquals(5, host.view().size());
      assertTrue(host.core.joined());
      assertTrue(host.changes.stream().allMatch(c -> c.kind() == Change.Kind.JOINED));
    }
  }

  @Test
  void aKilledProcessIsDeadEverywhereAndComesBackAtOnce() {
    var mesh = new TestMesh(2, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(10));
    mesh.kill(2, true);
    mesh.run(Duration.ofSeconds(10));
    for (var host : mesh.hosts.values())
      if (host.up)
        assertEquals(Status.DEAD, host.view().get(id(2)), () -> String.join("\n", mesh.log));
    mesh.start(2, 1);
    mesh.run(Duration.ofSeconds(2));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    assertEquals(
        List.of(Change.Kind.JOINED, Change.Kind.SUSPECTED, Change.Kind.DIED, Change.Kind.REJOINED),
        mesh.host(3).of(id(2)));
  }

  @Test
  void idleNodesStayQuiet() {
    var mesh = new TestMesh(3, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(60));
    var host = mesh.host(1);
    host.effects.clear();
    mesh.run(Duration.ofSeconds(60));
    assertTrue(mesh.agreed());
    assertFalse(host.effects.stream().anyMatch(e -> e instanceof Effect.Sync));
    var sends = host.effects.stream().filter(e -> e instanceof Effect.Send).count();
    assertTrue(sends < 60 * 3, () -> "sends " + sends);
  }
}
