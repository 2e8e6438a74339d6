package dev.meshkit.gossip;

import static dev.meshkit.gossip.TestMesh.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** A sync says why it is: on coming in, when somebody is back, and in peace now and then. */
  @Test
  void aSyncSaysWhy() {
    var mesh = new TestMesh(3, Timing.lan());
    mesh.startAll(3);
    mesh.run(Duration.ofSeconds(30));
    assertEquals(Set.of(Effect.Sync.Cause.JOIN), causes(mesh.host(3)));
    mesh.host(2).effects.clear();
    mesh.kill(3, true);
    mesh.run(Duration.ofSeconds(30));
    mesh.start(3, 1);
    mesh.run(Duration.ofSeconds(30));
    assertEquals(Set.of(Effect.Sync.Cause.RETURN), causes(mesh.host(2)));
    mesh.host(2).effects.clear();
    mesh.run(Duration.ofMinutes(11));
    assertEquals(Set.of(Effect.Sync.Cause.ROUTINE), causes(mesh.host(2)));
  }

  private static Set<Effect.Sync.Cause> causes(TestMesh.Host host) {
    return host.effects.stream()
        .filter(Effect.Sync.class::isInstance)
        .map(effect -> ((Effect.Sync) effect).why())
        .collect(Collectors.toSet());
  }

  /** M31: a goodbye is seen everywhere, differs from death, and is never followed by it. */
  @Test
  void aGracefulLeaveIsSeenByAllAndNobodyDies() {
    var mesh = new TestMesh(4, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(5));
    mesh.step(mesh.host(3), new Input.Leave());
    mesh.run(Duration.ofSeconds(1));
    assertFalse(mesh.host(3).up, "it stops by itself");
    mesh.run(Duration.ofSeconds(60));
    for (var host : mesh.hosts.values()) {
      if (!host.up) continue;
      assertEquals(Status.LEFT, host.view().get(id(3)));
      assertEquals(List.of(Change.Kind.JOINED, Change.Kind.LEFT), host.of(id(3)));
    }
    mesh.start(3, 1);
    mesh.run(Duration.ofSeconds(3));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
  }

  /** M8: two nodes that think each other dead, and hold it against each other, recover. */
  @Test
  void mutualDeathHeals() {
    var mesh = new TestMesh(5, Timing.lan());
    mesh.startAll(2);
    mesh.run(Duration.ofSeconds(5));
    mesh.cut = (_, _) -> true;
    mesh.cutLinks();
    mesh.run(Duration.ofMinutes(2));
    assertEquals(Status.DEAD, mesh.host(1).view().get(id(2)));
    assertEquals(Status.DEAD, mesh.host(2).view().get(id(1)));
    mesh.cut = (_, _) -> false;
    mesh.run(Duration.ofSeconds(15));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
  }

  /** M33: a healed partition converges within 15 s, and nobody of one's own side died of it. */
  @Test
  void aHealedPartitionConverges() {
    var mesh = new TestMesh(6, Timing.lan());
    mesh.startAll(7);
    mesh.run(Duration.ofSeconds(5));
    mesh.cut = (a, b) -> (number(a) <= 3) != (number(b) <= 3);
    mesh.cutLinks();
    mesh.run(Duration.ofMinutes(3));
    assertEquals(Status.DEAD, mesh.host(1).view().get(id(7)));
    mesh.cut = (_, _) -> false;
    mesh.run(Duration.ofSeconds(15));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    for (var host : mesh.hosts.values())
      for (var other : mesh.hosts.values())
        if ((number(host.id) <= 3) == (number(other.id) <= 3))
          assertFalse(host.of(other.id).contains(Change.Kind.DIED));
  }

  /** M3, a restart: the same name, a new generation, at once and without suspicion. */
  @Test
  void aQuickRestartIsNoDeath() {
    var mesh = new TestMesh(7, Timing.lan());
    mesh.startAll(4);
    mesh.run(Duration.ofSeconds(5));
    var before = mesh.host(2).saved;
    mesh.kill(2, true);
    mesh.run(Duration.ofMillis(100));
    mesh.start(2, 1);
    mesh.run(Duration.ofSeconds(3));
    assertTrue(mesh.host(2).saved > before);
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    for (var host : mesh.hosts.values())
      assertFalse(host.of(id(2)).contains(Change.Kind.DIED), () -> String.join("\n", mesh.log));
  }

  /** M34: a node that returns at a new address is ALIVE there within 3 s. */
  @Test
  void aNodeMayMove() {
    var mesh = new TestMesh(8, Timing.lan());
    mesh.startAll(4);
    mesh.run(Duration.ofSeconds(5));
    mesh.kill(2, false);
    mesh.run(Duration.ofSeconds(5));
    mesh.host(2).at = TestMesh.endpoint(99);
    mesh.start(2, 1);
    mesh.run(Duration.ofSeconds(3));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    for (var host : mesh.hosts.values())
      assertEquals(TestMesh.endpoint(99), host.core.entry(id(2)).attrs().at());
  }

  /** M33: a mesh whose seeds are gone heals by what it remembers. */
  @Test
  void theRememberedAreDialledWhenThereIsNoSeed() {
    var mesh = new TestMesh(9, Timing.lan());
    mesh.startAll(3);
    mesh.run(Duration.ofSeconds(5));
    mesh.kill(3, true);
    mesh.run(Duration.ofSeconds(20));
    mesh.start(3);
    mesh.run(Duration.ofSeconds(5));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
  }

  /** M30: a node alone keeps trying, and is in only when somebody let it in. */
  @Test
  void aNodeAloneKeepsTrying() {
    var mesh = new TestMesh(10, Timing.lan());
    var alone = mesh.start(1, 2);
    mesh.run(Duration.ofMinutes(1));
    assertFalse(alone.core.joined());
    assertEquals(1, alone.view().size());
    var dials = alone.effects.stream().filter(Effect.Dial.class::isInstance).count();
    assertTrue(dials >= 30, () -> "dials " + dials);
    mesh.start(2);
    mesh.run(Duration.ofSeconds(3));
    assertTrue(mesh.agreed());
    assertTrue(alone.core.joined());
  }

  /** M29: an endpoint that leads elsewhere is refused on both sides, with the reason. */
  @Test
  void aJoinerThatCannotBeDialledBackIsRefused() {
    var mesh = new TestMesh(11, Timing.lan());
    mesh.start(1);
    mesh.run(Duration.ofSeconds(1));
    mesh.start(2, 1);
    mesh.cut = (a, b) -> a.equals(id(1)) && b.equals(id(2)) && mesh.dialling;
    mesh.run(Duration.ofSeconds(10));
    for (var number : new int[] {1, 2}) {
      var refused = mesh.host(number).of(id(2));
      assertTrue(refused.contains(Change.Kind.REFUSED), () -> "at " + number + ": " + refused);
      assertFalse(refused.contains(Change.Kind.JOINED));
    }
    assertFalse(mesh.host(2).core.joined());
  }

  /** M18: a node that is frozen for a while kills nobody, and is back at once. */
  @Test
  void theFrozenKillNobody() {
    var mesh = new TestMesh(12, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(5));
    mesh.host(4).frozenUntil = Duration.ofSeconds(35);
    mesh.run(Duration.ofSeconds(40));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    for (var host : mesh.hosts.values())
      for (var change : host.changes)
        if (change.kind() == Change.Kind.DIED) assertEquals(id(4), change.node());
  }

  /** Beyond 21 nodes: rings instead of a full mesh, and still one view. */
  @Test
  void fortyNodesOnRingsAgree() {
    var mesh = new TestMesh(13, Timing.lan());
    mesh.startAll(40);
    mesh.run(Duration.ofSeconds(30));
    assertTrue(mesh.agreed(), () -> String.join("\n", mesh.log));
    mesh.run(Duration.ofMinutes(1));
    for (var host : mesh.hosts.values()) assertTrue(host.wanted.size() <= 20 + 8);
    mesh.kill(17, false);
    mesh.run(Duration.ofSeconds(30));
    for (var host : mesh.hosts.values())
      if (host.up) assertEquals(Status.DEAD, host.view().get(id(17)));
  }

  /** gossip.md §9: a claim reaches all, its end too, and late joiners hear of it. */
  @Test
  void claimsAreSeenByAll() {
    var mesh = new TestMesh(14, Timing.lan());
    mesh.startAll(3);
    mesh.run(Duration.ofSeconds(3));
    var claim = new Claim(Scope.GLOBAL, 1, 7, id(2));
    mesh.step(mesh.host(2), new Input.Claimed(claim));
    mesh.run(Duration.ofMillis(500));
    mesh.start(4, 1);
    mesh.run(Duration.ofSeconds(3));
    for (var host : mesh.hosts.values()) assertEquals(List.of(claim), host.core.claims());
    mesh.step(mesh.host(2), new Input.Unclaimed(Scope.GLOBAL));
    mesh.run(Duration.ofMillis(500));
    for (var host : mesh.hosts.values()) assertEquals(List.of(claim.ended()), host.core.claims());
  }

  /** gossip.md §9: the tenure of a leader that died or was restarted is over. */
  @Test
  void aClaimEndsWithItsLeader() {
    var mesh = new TestMesh(15, Timing.lan());
    mesh.startAll(3);
    mesh.run(Duration.ofSeconds(3));
    var claim = new Claim(Scope.GLOBAL, 1, 7, id(2));
    mesh.step(mesh.host(2), new Input.Claimed(claim));
    mesh.run(Duration.ofSeconds(1));
    mesh.kill(2, true);
    mesh.run(Duration.ofSeconds(10));
    assertEquals(List.of(claim.ended()), mesh.host(1).core.claims());
    mesh.start(2, 1);
    mesh.run(Duration.ofSeconds(5));
    for (var host : mesh.hosts.values()) assertEquals(List.of(claim.ended()), host.core.claims());
  }

  /** M22: nodes with equal tables say nothing but pings and acks. */
  @Test
  void idleNodesExchangeProbesAndRootsOnly() {
    var mesh = new TestMesh(16, Timing.lan());
    mesh.startAll(5);
    mesh.run(Duration.ofSeconds(30));
    var host = mesh.host(1);
    host.effects.clear();
    mesh.run(Duration.ofSeconds(30));
    for (var effect : host.effects)
      if (effect instanceof Effect.Send(_, var frame, _)) {
        assertTrue(frame.members().isEmpty(), () -> frame.toString());
        assertTrue(
            frame.body() instanceof Frame.Ping
                || frame.body() instanceof Frame.Ack
                || frame.body() instanceof Frame.News);
      }
  }

  /** The core is a function of its inputs and facts: one seed, one history. */
  @Test
  void oneSeedIsOneHistory() {
    assertEquals(history(21), history(21));
  }

  private static List<String> history(long seed) {
    var mesh = new TestMesh(seed, Timing.lan());
    mesh.startAll(6);
    mesh.run(Duration.ofSeconds(5));
    mesh.kill(3, true);
    mesh.run(Duration.ofSeconds(30));
    var all = new ArrayList<>(mesh.log);
    for (var host : mesh.hosts.values())
      host.effects.stream()
          .map(Effect::toString)
          .filter(e -> !e.startsWith("Answer"))
          .forEach(all::add);
    return all;
  }

  private static int number(NodeId id) {
    return Integer.parseInt(id.name().substring(1));
  }
}
