package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.StatusRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin socket itself: its mode, its life, and following events. */
class AdminServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final FakeNode node = new FakeNode();

  /** Security §10: whoever opens the socket is the operator, so only its owner can. */
  @Test
  void theSocketIsItsOwnersAlone() throws IOException {
    try (var server = open()) {
      var mode = Files.getPosixFilePermissions(server.socket());
      assertEquals("rw-------", PosixFilePermissions.toString(mode));
    }
  }

  @Test
  void aFileThatADeadNodeLeftIsReplacedAndOursIsRemoved() throws IOException {
    Files.createFile(directory.resolve("admin.sock"));
    try (var server = open();
        var client = AdminClient.of(server.socket())) {
      var ask = StatusRequest.getDefaultInstance();
      assertEquals("n1", client.ask("status", PATIENCE, n -> n.status(ask)).orThrow().getNode());
    }
    assertTrue(Files.notExists(directory.resolve("admin.sock")));
  }

  @Test
  void withoutANodeTheClientSaysSoAtOnce() {
    try (var client = AdminClient.of(directory.resolve("admin.sock"))) {
      var answer = client.ask("x", PATIENCE, n -> n.status(StatusRequest.getDefaultInstance()));
      var error = assertThrows(MeshException.class, answer::orThrow).error();
      assertEquals("error.unavailable", error.code());
      assertEquals("MK-CLI-005", error.details().get("mk"));
    }
  }

  /** A node that dies under a call is unavailable, not a fault of ours. */
  @Test
  void aNodeThatStopsEndsItsFollowers() {
    var seen = new ArrayList<EventItem>();
    Result<Boolean> ended;
    var server = open();
    try (var client = AdminClient.of(server.socket())) {
      ended =
          client.ask(
              "following",
              PATIENCE,
              n -> {
                var lists = n.events(EventsRequest.newBuilder().setFollow(true).build());
                seen.addAll(lists.next().getItemsList());
                server.close();
                return lists.hasNext();
              });
    }
    assertEquals(3, seen.size());
    assertFalse(ended.isOk(), ended.toString());
  }

  /** A follower sees what comes after the list, once each and in order. */
  @Test
  void aFollowerMissesAndRepeatsNothing() {
    try (var server = open();
        var client = AdminClient.of(server.socket())) {
      var seqs =
          client
              .ask(
                  "following",
                  PATIENCE,
                  n -> {
                    var found = new ArrayList<Long>();
                    var asked = EventsRequest.newBuilder().setFollow(true).setAfter(42).build();
                    var lists = n.events(asked);
                    for (var next = 44L; found.size() < 5; next += 2) {
                      lists.next().getItemsList().forEach(e -> found.add(e.getSeq()));
                      node.history.add(FakeNode.event(next, "a", "s"));
                      node.history.add(FakeNode.event(next + 1, "b", "s"));
                    }
                    return List.copyOf(found.subList(0, 5));
                  })
              .orThrow();
      assertEquals(List.of(43L, 44L, 45L, 46L, 47L), seqs);
    }
  }

  /** The stand-in for a long path lies in a directory of ours alone. */
  @Test
  void aStandInDirectoryOthersCanWriteToIsRefused() throws IOException {
    var data = Path.of("/" + "x".repeat(120));
    var socket = SocketPath.of(data, Map.of("XDG_RUNTIME_DIR", directory.toString()));
    var dir = Files.createDirectory(socket.getParent());
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertFalse(AdminServer.open(socket, node).isOk());
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    try (var server = AdminServer.open(socket, node).orThrow()) {
      assertTrue(Files.exists(server.socket()));
    }
  }

  private AdminServer open() {
    return AdminServer.open(directory.resolve("admin.sock"), node).orThrow();
  }
}
