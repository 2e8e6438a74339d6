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
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** O15: what a node does not understand of what is committed, it says; all else it goes by. */
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

  /** gate.md §3: as many patterns as there may be, each as long as the name of a change. */
  @Test
  void theLargestRolloutIsCommittedAndDecidesByItsPatterns() throws Exception {
    assertEquals(Gate.MAX_ROLLOUT, Rollout.MAX_BYTES);
    var in = IntStream.range(0, 16).mapToObj("in-%061d"::formatted).toList();
    var out = IntStream.range(0, 16).mapToObj("out-%060d"::formatted).toList();
    var most = new Rollout(1, 9_999, in, out, true).bytes();
    var vat = dev.meshkit.gate.Change.of("shop::vat").supports(1, 2).keyedBy(SubjectKey.TENANT);
    try (var node = open()) {
      commit(node, new Gate("shop::vat", 2, 1, 2, most, 1));
      var gate = MeshKit.gate(node);
      await().until(() -> gate.epoch(vat) == 1);
      assertEquals(2, gate.decide(vat, Subject.tenant(in.getLast())).orThrow().version());
      assertEquals(1, gate.decide(vat, Subject.tenant(out.getLast())).orThrow().version());
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
