package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Unit;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.ForgetRequest;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.control.proto.PoisonRequest;
import dev.meshkit.control.proto.RedriveRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q39 with real nodes: what is for one that an operator forgot is dead, until it comes back. */
@Timeout(300)
class ForgottenMeshTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");

  @TempDir Path directory;
  private final List<String> handled = new CopyOnWriteArrayList<>();

  @Test
  void whoIsForgottenIsGoneUntilItIsSeenAlive() throws Exception {
    try (var n1 = open(N1)) {
      // given two nodes that never came, with a message each
      var first = send(n1, N2, "m1");
      var absent = send(n1, N3, "c1");
      // when one is forgotten
      assertEquals(1, forget(n1, "eu/n2").orThrow().getMessages());
      // then what it had is dead at once, in whose name and why, and what is sent to it now
      assertGone(first);
      assertGone(send(n1, N2, "m2"));
      assertTrue(waits(absent));
    }
    // and so it is after a restart
    try (var n1 = open(N1)) {
      assertGone(send(n1, N2, "m3"));
      try (var n2 = open(N2, n1.endpoint())) {
        // when it comes all the same
        await().atMost(PATIENCE).until(() -> status(n1) == Member.Status.ALIVE);
        // then what is sent from then on is delivered, and what has died comes back
        assertEquals(Result.ok(), send(n1, N2, "m4").await(PATIENCE));
        assertEquals(N2, n2.self());
        redrive(n1, 3);
        await().atMost(PATIENCE).until(() -> handled.size() == 4);
        assertEquals(List.of("m4", "m1", "m2", "m3"), handled);
        assertEquals(List.of("ALIVE"), remembered(n1));
        // and while it lives nobody forgets it
        var refused = forget(n1, "n2");
        assertTrue(
            refused instanceof Result.Err<Forgot>(var e) && e.why().contains("sees it alive"));
        assertEquals(Result.ok(), send(n1, N2, "m5").await(PATIENCE));
      }
      // once it has left it is forgotten again, though it was seen a moment ago
      await().atMost(PATIENCE).until(() -> status(n1) == Member.Status.LEFT);
      forget(n1, "n2").orThrow();
      assertGone(send(n1, N2, "m6"));
      undo(n1).orThrow();
      // and after it was taken back it is waited for
      var waiting = send(n1, N2, "m7");
      try (var n2 = open(N2, n1.endpoint())) {
        assertEquals(Result.ok(), waiting.await(PATIENCE));
        assertEquals(N2, n2.self());
      }
      assertEquals(List.of("m4", "m1", "m2", "m3", "m5", "m7"), handled);
    }
  }

  private static void assertGone(Sent sent) throws InterruptedException {
    var end = sent.await(PATIENCE);
    assertTrue(
        end instanceof Result.Err<Unit>(var error)
            && error.why().startsWith("PEER_GONE error.peer.gone")
            && error.why().contains("it is forgotten by " + System.getProperty("user.name") + "@n1")
            && error.why().contains(": burnt"),
        end.toString());
  }

  private static boolean waits(Sent sent) throws InterruptedException {
    return sent.await(Duration.ofMillis(1)) instanceof Result.Err<Unit>(MeshError.TimedOut _);
  }

  private static Member.Status status(Mesh from) {
    return from.members().stream()
        .filter(member -> member.node().equals(N2))
        .map(Member::status)
        .findFirst()
        .orElse(Member.Status.DEAD);
  }

  private static Sent send(Mesh from, NodeId to, String text) throws InterruptedException {
    Message message = PayloadCodec.UTF8.message("orders", text);
    return from.send(to, message).orThrow();
  }

  private Result<Forgot> forget(Mesh of, String node) {
    return order(of, ForgetRequest.newBuilder().setNode(node).setReason("burnt"));
  }

  private Result<Forgot> undo(Mesh of) {
    return order(of, ForgetRequest.newBuilder().setNode("n2").setUndo(true).setReason("it is not"));
  }

  private Result<Forgot> order(Mesh of, ForgetRequest.Builder order) {
    try (var admin = admin(of)) {
      return admin.ask("forgetting", PATIENCE, n -> n.forget(order.build()));
    }
  }

  private void redrive(Mesh of, int many) {
    try (var admin = admin(of)) {
      var dead = admin.ask("dead", PATIENCE, n -> n.poison(PoisonRequest.getDefaultInstance()));
      assertEquals(many, dead.orThrow().getItemsCount());
      var order =
          RedriveRequest.newBuilder()
              .setMessageKind("orders")
              .setCode("error.peer.gone")
              .setReason("it is back");
      admin.ask("redriving", PATIENCE, n -> n.redrive(order.build())).orThrow();
    }
  }

  private List<String> remembered(Mesh of) {
    var ask = EventsRequest.newBuilder().setType("peer.remembered").build();
    try (var admin = admin(of)) {
      return admin
          .ask("events", PATIENCE, n -> n.events(ask).next())
          .orThrow()
          .getItemsList()
          .stream()
          .map(event -> event.getCause())
          .toList();
    }
  }

  private AdminClient admin(Mesh of) {
    return AdminClient.of(SocketPath.of(directory.resolve(of.self().name()), Map.of()));
  }

  private Mesh open(NodeId id, Endpoint... seeds) {
    var config =
        MeshConfig.of(id.region(), id.name(), directory.resolve(id.name()))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    var handler =
        PayloadCodec.UTF8.handler(
            (text, _) -> {
              handled.add(text);
              return Disposition.Ack.plain();
            });
    return MeshKit.builder(MeshKit.dev(config).orThrow()).on("orders", handler).open();
  }
}
