package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.AdminGrpc.AdminBlockingStub;
import dev.meshkit.control.proto.PauseRequest;
import dev.meshkit.control.proto.PurgeRequest;
import dev.meshkit.control.proto.RedriveRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q24, Q30, O12: why somebody wants something changed, as the node itself looks at it. */
class ReasonsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final FakeNode node = new FakeNode();

  /** One way to ask for a change. */
  private interface Ask {
    Object of(AdminBlockingStub node, String reason, boolean dryRun);
  }

  private static final Map<String, Ask> ASKS =
      new TreeMap<>(
          Map.<String, Ask>of(
              "pausing",
              (to, reason, dry) ->
                  to.pause(
                      PauseRequest.newBuilder()
                          .setAll(true)
                          .setReason(reason)
                          .setDryRun(dry)
                          .build()),
              "resuming",
              (to, reason, dry) ->
                  to.pause(
                      PauseRequest.newBuilder()
                          .setAll(true)
                          .setResume(true)
                          .setReason(reason)
                          .setDryRun(dry)
                          .build()),
              "redriving",
              (to, reason, dry) ->
                  to.redrive(
                      RedriveRequest.newBuilder()
                          .setId(17)
                          .setReason(reason)
                          .setDryRun(dry)
                          .build()),
              "purging",
              (to, reason, dry) ->
                  to.purge(
                      PurgeRequest.newBuilder()
                          .setId(17)
                          .setReason(reason)
                          .setDryRun(dry)
                          .build())));

  /** Q24, Q30 A reason that no audit takes is no fault of ours, and changes nothing. */
  @Test
  void aBadReasonIsRefusedPreciselyByEveryChangeTriedOrDone() {
    var wrong =
        Map.of(
            "",
            "it needs a reason",
            "two\nlines",
            "a reason is one line without control characters",
            "x".repeat(1_001),
            "a reason has at most 1000 characters, not 1001");
    try (var server = open();
        var client = AdminClient.of(server.socket())) {
      for (var tried : ASKS.keySet()) {
        for (var reason : wrong.keySet()) {
          for (var dry : List.of(true, false)) {
            var error = refused(client, to -> ask(tried).of(to, reason, dry));
            assertEquals(
                List.of("error.validation", tried, said(wrong, reason)),
                List.of(error.code(), error.tried(), error.why()));
          }
        }
      }
    }
    assertEquals(List.of(), node.paused);
    assertEquals(List.of(), node.redriven);
    assertEquals(List.of(), node.purged);
  }

  /** O12 And one that it takes reaches the node with the account whose socket it is. */
  @Test
  void aGoodReasonReachesTheNode() {
    try (var server = open();
        var client = AdminClient.of(server.socket())) {
      for (var tried : ASKS.keySet()) {
        client.ask("x", PATIENCE, to -> ask(tried).of(to, "x".repeat(1_000), true)).orThrow();
      }
    }
    assertEquals(2, node.paused.size());
    var by = node.purged.getFirst().by();
    assertEquals(System.getProperty("user.name") + "@n1", by.actor());
    assertEquals("x".repeat(1_000), by.reason());
    assertEquals(by, node.redriven.getFirst().dead().by());
  }

  private static Ask ask(String tried) {
    var ask = ASKS.get(tried);
    if (ask == null) throw new AssertionError(tried);
    return ask;
  }

  private static String said(Map<String, String> wrong, String reason) {
    return String.valueOf(wrong.get(reason));
  }

  private static dev.meshkit.api.MeshError refused(
      AdminClient client, Function<AdminBlockingStub, Object> call) {
    var answer = client.ask("x", PATIENCE, call);
    return assertThrows(MeshException.class, answer::orThrow).error();
  }

  private AdminServer open() {
    return AdminServer.open(SocketPath.of(directory, Map.of()), node).orThrow();
  }
}
