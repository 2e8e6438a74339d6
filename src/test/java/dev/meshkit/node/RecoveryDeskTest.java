package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.gossip.Sums;
import dev.meshkit.queue.Audit;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E29: what an operator makes of a scope whose quorum is lost, on real stores and threads. */
final class RecoveryDeskTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");

  @TempDir Path directory;

  private static Result<Recovered> recover(
      ElectionFixture mesh, NodeId self, String cluster, boolean dryRun, Member... others)
      throws InterruptedException {
    var election = mesh.running.get(self).election();
    var desk =
        new RecoveryDesk(
            "dev",
            Map.of(ElectionFixture.SCOPE, election),
            mesh.events::add,
            new SplittableRandom(self.hashCode()));
    var order =
        new Recovery(
            ElectionFixture.SCOPE.text(),
            cluster,
            new Audit("ops", "burnt"),
            dryRun,
            Duration.ofSeconds(60));
    var votes = new TreeMap<>(Map.of(ElectionFixture.SCOPE, election.view()));
    var alone = GossipView.of(List.of(others), List.of(), true, Sums.ZERO);
    return desk.recover(order, new Snapshot(self, alone, votes));
  }

  private static String refusal(Result<Recovered> result) {
    return ((Result.Err<Recovered>) result).error().why();
  }

  private static int generation(ElectionFixture mesh, NodeId node) {
    return mesh.running.get(node).election().view().view().content().generation();
  }

  private static void awaitLed(ElectionFixture mesh, NodeId by, int generation) {
    await()
        .until(
            () ->
                mesh.running
                    .get(by)
                    .election()
                    .authority()
                    .filter(fence -> fence.generation() == generation)
                    .isPresent());
  }

  /**
   * The survivor goes on alone, and again after a restart; an old voter that returns goes over to
   * the new generation and leads nothing.
   */
  @Test
  void aSurvivorGoesOnAndWhoReturnsGoesOver() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      await().until(() -> mesh.leaders().size() == 1);
      await().until(() -> oldTerms(mesh) > 0);
      mesh.kill(N1);
      mesh.kill(N2);
      await().until(() -> undecided(mesh, N3));
      assertTrue(refusal(recover(mesh, N3, "prod", false)).contains("not the cluster"));
      var n1 = new Member(N1, Member.Status.ALIVE, 1, 0, Endpoint.NONE, "", Map.of());
      assertEquals(
          "2 of its voters can be reached, and 2 are a quorum",
          refusal(recover(mesh, N3, "dev", false, n1)));
      var would = recover(mesh, N3, "dev", true).orThrow();
      assertEquals(List.of("n1", "n2"), would.getLostList());
      assertEquals(1, generation(mesh, N3));
      assertEquals(2, recover(mesh, N3, "dev", false).orThrow().getGeneration());
      awaitLed(mesh, N3, 2);
      assertEquals("eu/n3 leads it in term 1", refusal(recover(mesh, N3, "dev", false)));
      assertEquals(0, oldTerms(mesh));
      // a restart finds it
      mesh.kill(N3);
      mesh.start(N3);
      awaitLed(mesh, N3, 2);
      // an old voter campaigns, hears of it, and votes no more
      mesh.start(N1);
      await().until(() -> generation(mesh, N1) == 2);
      assertEquals(List.of(N3), mesh.leaders());
      assertEquals("this node votes no more", refusal(recover(mesh, N1, "dev", false)));
    }
  }

  /** Two that were both recovered by mistake: each refuses the other, and says so. */
  @Test
  void twoRecoveriesRefuseEachOther() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      recover(mesh, N1, "dev", false).orThrow();
      mesh.kill(N1);
      mesh.start(N2);
      recover(mesh, N2, "dev", false).orThrow();
      awaitLed(mesh, N2, 2);
      // when an old voter asks both, it goes over to one
      mesh.start(N1);
      awaitLed(mesh, N1, 2);
      mesh.start(N3);
      await()
          .until(
              () ->
                  mesh.events.stream()
                      .anyMatch(event -> event.type().equals("leader.genesis_clash")));
      assertEquals(2, mesh.leaders().size());
      for (var event : mesh.events) {
        if (!event.type().equals("leader.genesis_clash")) continue;
        assertEquals("MK-ELE-007", event.code());
        assertEquals(
            event.subject()
                + " votes in another region/eu: it was recovered twice, or has other voters",
            event.text());
      }
    }
  }

  private static boolean undecided(ElectionFixture mesh, NodeId node) {
    return mesh.running.get(node).election().view().decision() instanceof LeaderDecision.Undecided;
  }

  /** Stores that are remembered with terms of the generation that ended. */
  private static long oldTerms(ElectionFixture mesh) throws InterruptedException {
    var store = mesh.running.get(N3).store();
    var peers =
        store.submit(Op.record("peers", tx -> PeerTable.load(tx, ElectionFixture.SCOPE))).orThrow();
    return peers.stores().values().stream()
        .filter(shown -> shown.term() > 0 || !shown.rec().equals(new RecordId(0, 0)))
        .count();
  }
}
