package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.Scope;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.GatesRequest;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** O15: what a node does not understand of what is committed, it says. */
@Timeout(120)
class GateListTest {
  @TempDir private Path directory;

  /** Written by a build that knows more: its change is listed, with why this one cannot read it. */
  @Test
  void anEntryThatCannotBeReadIsListedWithItsError() throws Exception {
    try (var node = open()) {
      commit(node, new Gate("shop::later", 1, 1, 1, Bytes.utf8("what is this"), 1));
      await().until(() -> list().stream().anyMatch(item -> item.getChange().equals("shop::later")));
      var item = list().getLast();
      assertEquals("shop::later global", item.getChange() + " " + item.getScope());
      assertEquals("error.payload.malformed", item.getError().getCode());
      assertTrue(item.getError().getText().contains("reading a rollout of 12 B"), item::toString);
    }
  }

  private List<GateItem> list() {
    try (var admin = AdminClient.of(SocketPath.of(directory, Map.of()))) {
      return admin
          .ask(
              "listing",
              Duration.ofSeconds(10),
              stub -> stub.gates(GatesRequest.getDefaultInstance()))
          .orThrow()
          .getItemsList();
    }
  }

  /** By whoever leads; this node does, soon. */
  private static void commit(Mesh node, Gate gate) {
    var election = (ScopeElection) node.leadership(Scope.GLOBAL);
    var author = new Author("ana", "pilot", Instant.EPOCH);
    var set = new Command(Bytes.utf8("set"), Command.ANY, new Change.SetGate(gate), author);
    await().until(() -> election.command(set, Duration.ofSeconds(5)) instanceof Verdict.Applied);
  }

  private Mesh open() {
    var config =
        MeshConfig.of("eu", "n1", directory)
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).open();
  }
}
