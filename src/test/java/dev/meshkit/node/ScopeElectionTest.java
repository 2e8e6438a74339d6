package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.LeaderDecision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole elections on threads and disks. Bounds are generous: they end a broken run, no more. */
final class ScopeElectionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @TempDir Path directory;

  /**
   * The leader's code runs, is interrupted when it is killed, and the successor's fence is greater.
   */
  @Test
  void threeElectOneAndReplaceItWhenItDies() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3)) {
      // given three voters, each with code that leads
      var began = new LinkedBlockingQueue<Fence>();
      var ended = new LinkedBlockingQueue<Fence>();
      mesh.startAll();
      for (var voter : mesh.running.values())
        voter
            .election()
            .lead(
                tenure -> {
                  began.add(tenure.fence());
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    ended.add(tenure.fence());
                  }
                });
      await().atMost(LONG).until(() -> mesh.leaders().size() == 1);
      var first = mesh.leaders().getFirst();
      var fence = mesh.running.get(first).election().authority().orElseThrow();
      assertEquals(fence, began.take());
      // then all follow it, and gossip is told
      var following = new LeaderDecision.Following(first, fence);
      for (var other : mesh.running.entrySet())
        if (!other.getKey().equals(first))
          await()
              .atMost(LONG)
              .until(() -> following.equals(other.getValue().election().view().decision()));
      assertEquals(first, mesh.running.get(first).claims().getLast().leader());
      // when it dies
      mesh.kill(first);
      assertEquals(fence, ended.take());
      // then another leads under a greater fence, and says so
      await().atMost(LONG).until(() -> mesh.leaders().size() == 1);
      var next = mesh.running.get(mesh.leaders().getFirst()).election().authority().orElseThrow();
      assertTrue(next.compareTo(fence) > 0, next + " after " + fence);
      assertEquals(next, began.take());
      assertTrue(
          mesh.events.stream()
              .anyMatch(e -> e.type().equals("leader.elected") && e.term() == next.term()));
    }
  }

  /** ARCHITECTURE §9.4: fresh, and again after a restart; the second fence is greater. */
  @Test
  void aLoneVoterLeadsAndLeadsAgainAfterARestart() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      mesh.startAll();
      await().atMost(LONG).until(() -> mesh.leaders().equals(List.of(N1)));
      var first = mesh.running.get(N1).election().authority().orElseThrow();
      mesh.kill(N1);
      mesh.startAll();
      await().atMost(LONG).until(() -> mesh.leaders().equals(List.of(N1)));
      var second = mesh.running.get(N1).election().authority().orElseThrow();
      assertTrue(second.compareTo(first) > 0, second + " after " + first);
    }
  }

  /** Code registered while this node leads runs at once: it is this tenure's, too. */
  @Test
  void codeRegisteredDuringATenureRunsInIt() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      mesh.startAll();
      await().atMost(LONG).until(() -> !mesh.leaders().isEmpty());
      var seen = new LinkedBlockingQueue<Optional<Fence>>();
      mesh.running.get(N1).election().lead(tenure -> seen.add(tenure.authority()));
      assertTrue(seen.take().isPresent());
    }
  }

  /** A stopped leader steps down, and its loop ends once a successor leads. */
  @Test
  void aStoppedLeaderHandsOver() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3)) {
      mesh.startAll();
      await().atMost(LONG).until(() -> mesh.leaders().size() == 1);
      var first = mesh.leaders().getFirst();
      var stopped = mesh.running.get(first).election();
      assertTrue(stopped.stop(LONG));
      assertEquals(Optional.empty(), stopped.authority());
      await()
          .atMost(LONG)
          .until(() -> mesh.leaders().size() == 1 && !mesh.leaders().contains(first));
      assertEquals(List.of(), mesh.running.get(first).failures());
    }
  }

  /** E3: when a vote cannot be written the loop ends with the reason, and authority is off. */
  @Test
  void aStoreThatTakesNoVoteStopsTheLoop() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      var one = mesh.start(N1);
      await().atMost(LONG).until(() -> !mesh.leaders().isEmpty());
      one.store().close(); // the next probe of the disk is refused
      one.threads().getFirst().join();
      assertInstanceOf(MeshException.class, one.failures().getFirst());
      assertEquals(Optional.empty(), one.election().authority());
    }
  }
}
