package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.BroadcastRequest;
import dev.meshkit.control.proto.SentCopy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q32 A broadcast goes to whom the node sees, itself and those that have left excepted. */
@Timeout(120)
class BroadcastMeshTest {
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final List<String> got = new CopyOnWriteArrayList<>();

  /** Q32 One task for each member of the view at that instant. */
  @Test
  void aBroadcastGoesToEachOtherMemberOnce() throws Exception {
    var message = PayloadCodec.UTF8.message("orders", "to all");
    try (var n1 = open("eu", "n1")) {
      try (var n2 = open("us", "n2", n1.endpoint())) {
        await().until(() -> n1.members().stream().anyMatch(m -> m.node().equals(N2)));
        // when it is sent to all, to another region, and to nobody
        var sent = n1.broadcast(message, SendOptions.CONTROL).orThrow();
        assertEquals(Set.of(n2.self()), sent.keySet());
        assertEquals(Result.ok(), sent.get(N2).await(PATIENCE));
        var there = n1.broadcast(message, SendOptions.BULK, in("us")).orThrow();
        assertEquals(Result.ok(), there.get(N2).await(PATIENCE));
        assertEquals(Map.of(), n1.broadcast(message, SendOptions.BULK, in("eu")).orThrow());
      }
      // then each was handled where it was to be, and who has left gets nothing
      assertEquals(List.of("us/n2 to all", "us/n2 to all"), got);
      await().until(() -> n1.members().stream().anyMatch(BroadcastMeshTest::hasLeft));
      assertEquals(Map.of(), n1.broadcast(message, SendOptions.BULK).orThrow());
    }
  }

  /** O14 An operator who waits hears of each copy how it ended, or that it goes on. */
  @Test
  void anOperatorHearsHowEachCopyEnded() throws Exception {
    try (var n1 = open("eu", "n1");
        var _ = open("us", "n2", n1.endpoint())) {
      await().until(() -> n1.members().stream().anyMatch(m -> m.node().equals(N2)));
      var admin = AdminClient.of(SocketPath.of(directory.resolve("n1"), Map.of()));
      try (admin) {
        assertEquals(SentCopy.State.DELIVERED, broadcast(admin, "orders", PATIENCE).getState());
        var late = broadcast(admin, "nobody", Duration.ofMillis(200));
        assertEquals(SentCopy.State.ENQUEUED, late.getState());
        assertFalse(late.getReason().getText().isEmpty());
      }
      assertEquals(List.of("us/n2 to all"), got);
    }
  }

  private static SentCopy broadcast(AdminClient admin, String topic, Duration within) {
    var request =
        BroadcastRequest.newBuilder()
            .setMessageKind(topic)
            .setBody(ByteString.copyFromUtf8("to all"))
            .setWait(Envelope.duration(within))
            .build();
    var sent = admin.ask("broadcasting", PATIENCE.multipliedBy(2), node -> node.broadcast(request));
    assertEquals(1, sent.orThrow().getItemsCount());
    return sent.orThrow().getItems(0);
  }

  private static java.util.function.Predicate<Member> in(String region) {
    return member -> member.node().region().equals(region);
  }

  private static boolean hasLeft(Member member) {
    return member.node().equals(N2) && member.status() == Member.Status.LEFT;
  }

  private Mesh open(String region, String name, Endpoint... seeds) {
    var config =
        MeshConfig.of(region, name, directory.resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            PayloadCodec.UTF8.handler(
                (text, received) -> {
                  got.add(region + "/" + name + " " + text);
                  return Ack.plain();
                }))
        .open();
  }
}
