package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.election.Author;
import dev.meshkit.election.Command;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Verdict;
import dev.meshkit.gate.Branch;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.ValueType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G5, O26: a node is not ready while a version is committed that its build cannot run. */
@Timeout(120)
class GateReadyTest {
  private static final Change TAX = Change.of("shop::tax").supports(1, 2);
  private static final Endpoint ANY_PORT = new Endpoint("127.0.0.1", 0);

  @TempDir private Path directory;
  private final CountDownLatch delivered = new CountDownLatch(1);

  /** That work alone is refused: messages still arrive; and it ends with the conflict. */
  @Test
  void readinessFailsWhileACommittedVersionCannotRun() throws Exception {
    try (var node = open();
        var client = HttpClient.newHttpClient()) {
      // given a node that is ready, and has the change
      assertTrue(MeshKit.gate(node).decide(TAX, Subject.NONE).isOk());
      await().until(() -> ready(client, node).statusCode() == 200);
      // when a version beyond its build is committed
      commit(node, 3, 1);
      // then it says so, with the way out
      await().until(() -> ready(client, node).statusCode() == 503);
      var report = ready(client, node).body();
      assertTrue(report.contains("MK-GAT-005"), report);
      assertTrue(report.contains("version 3 is committed, and this build runs 1..2"), report);
      assertTrue(report.contains("meshkit gate rollback shop::tax"), report);
      var live = get(client, node, "livez");
      assertEquals(200, live.statusCode(), live::body);
      var message = PayloadCodec.UTF8.message("orders", "still");
      node.send(NodeId.of("eu", "n1"), message).orThrow();
      assertTrue(delivered.await(90, TimeUnit.SECONDS));
      // and it is ready again when one is committed that it can run
      commit(node, 2, 2);
      await().until(() -> ready(client, node).statusCode() == 200);
    }
  }

  /** G19, G11: what waits for another build or an operator is named; the node is ready. */
  @Test
  void runsThatNobodyHereCanEndAreNamed() throws Exception {
    try (var node = open();
        var client = HttpClient.newHttpClient()) {
      var gate = MeshKit.gate(node);
      var key = RunKey.of("k");
      run(
          gate,
          TAX,
          key,
          run ->
              run.effects()
                  .value(Step.of("a", ValueType.TEXT), () -> "x")
                  .flatMap(_ -> Result.err(LATER)));
      await().until(() -> ready(client, node).statusCode() == 200);
      assertTrue(ready(client, node).body().contains("no run waits for another build"));
      run(gate, TAX, key, run -> run.effects().value(Step.of("b", ValueType.TEXT), () -> "x"));
      var parked = ready(client, node);
      assertEquals(200, parked.statusCode(), parked::body);
      assertTrue(parked.body().contains("MK-GAT-010"), parked::body);
      assertTrue(parked.body().contains("shop::tax::v1"), parked::body);
      gate.declare(Change.of("shop::tax").supports(2, 2));
      var pinned = ready(client, node).body();
      assertTrue(pinned.contains("and 1 more"), pinned);
    }
  }

  private static final MeshError LATER =
      MeshError.of("error.test", "testing", "not now", "wait", MeshError.Retry.SAFE);

  private static void run(DeterministicGate gate, Change change, RunKey key, Branch<String> branch)
      throws InterruptedException {
    var branches = Branches.<String>of(change).range(1, 2, branch).build();
    assertFalse(gate.execute(change, Subject.NONE, key, branches).isOk());
  }

  private static HttpResponse<String> ready(HttpClient client, Mesh node) throws Exception {
    return get(client, node, "readyz");
  }

  private static HttpResponse<String> get(HttpClient client, Mesh node, String page)
      throws Exception {
    var request = HttpRequest.newBuilder(URI.create(((Node) node).http() + page)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** By whoever leads; this node does, soon. */
  private static void commit(Mesh node, int version, long epoch) {
    var election = (ScopeElection) node.leadership(Scope.GLOBAL);
    var gate = new Gate(TAX.name(), version, 1, 3, Rollout.complete(1).bytes(), epoch);
    var command =
        new Command(
            Bytes.utf8("set " + version),
            Command.ANY,
            new dev.meshkit.election.Change.SetGate(gate),
            new Author("ana", "pilot", Instant.EPOCH));
    await()
        .until(() -> election.command(command, Duration.ofSeconds(5)) instanceof Verdict.Applied);
  }

  private Mesh open() {
    var config =
        MeshConfig.of("eu", "n1", directory.resolve("n1"))
            .withListen(ListenConfig.of(ANY_PORT))
            .withHttp(HttpConfig.of(ANY_PORT));
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            PayloadCodec.UTF8.handler(
                (text, received) -> {
                  delivered.countDown();
                  return Ack.plain();
                }))
        .open();
  }
}
