package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node does once the committed record of the whole revokes somebody, itself too (E12). */
@Timeout(60)
final class RevocationsTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");

  @TempDir Path directory;

  private static ScopeRecord revoking(long version, NodeId... nodes) {
    var first =
        ElectionOptions.configured(Scope.GLOBAL, N1, Bytes.EMPTY, List.of(N1), Profile.WAN).first();
    var content = first.content();
    for (var node : nodes)
      content = new Change.Revoke(new Revocation(Bytes.EMPTY, node, Revocation.NEVER)).of(content);
    return new ScopeRecord(new RecordId(1, version), content);
  }

  /** It would lead until its links end and its tenure lapses: it need not wait for that. */
  @Test
  void aLeaderThatIsRevokedStepsDown() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      // on a busy machine a tenure may lapse just before: then whoever leads next is revoked
      await().until(() -> stepsDown(mesh));
    }
  }

  private static boolean stepsDown(ElectionFixture mesh) {
    for (var leader : mesh.leaders()) {
      var one = mesh.running.get(leader);
      new Revocations(leader, _ -> {}, one.gossip(), mesh.events::add, List.of(one.election()))
          .viewed(Scope.GLOBAL, revoking(2, leader));
    }
    return mesh.running.values().stream()
        .anyMatch(one -> one.election().view().cause().equals("STEP_DOWN"));
  }

  /** Doors and gossip hear of each list, people of this node's own revocation, once. */
  @Test
  void whomTheWholeRevokesIsToldToDoorsAndGossip() throws Exception {
    var gossip = new Mailbox<Input>(10, Clocks.system().monotonic());
    var denied = new ArrayList<Set<NodeId>>();
    var events = new ArrayList<NodeEvent>();
    var revocations =
        new Revocations(N1, by -> denied.add(by.nodes().keySet()), gossip, events::add, List.of());
    revocations.viewed(Scope.region("eu"), revoking(2, N1)); // a region revokes nobody
    assertEquals(List.of(), denied);
    revocations.viewed(Scope.GLOBAL, revoking(2, N2));
    assertEquals(List.of(), events);
    revocations.viewed(Scope.GLOBAL, revoking(3, N1, N2));
    revocations.viewed(Scope.GLOBAL, revoking(4, N1, N2));
    assertEquals(List.of(Set.of(N2), Set.of(N1, N2), Set.of(N1, N2)), denied);
    assertEquals(Set.of(N1, N2), lastRevoked(gossip));
    assertEquals(List.of("MK-TLS-009"), events.stream().map(NodeEvent::code).toList());
    revocations.viewed(Scope.GLOBAL, revoking(5));
    assertEquals(Set.of(), lastRevoked(gossip));
  }

  private static Set<NodeId> lastRevoked(Mailbox<Input> gossip) throws InterruptedException {
    Set<NodeId> last = Set.of();
    while (true) {
      switch (gossip.take(Instant.MIN, new Input.Tick())) {
        case Input.Revoked(var nodes) -> last = nodes;
        case Input.Tick _ -> {
          return last;
        }
        case Input _ -> {}
      }
    }
  }
}
