package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** T36: whole nodes on the legacy socket, because their configuration says so, and only then. */
@Timeout(240)
class LegacyMeshTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final String LABEL = "meshkit.legacy";

  @TempDir Path directory;

  private final List<String> got = new CopyOnWriteArrayList<>();
  private final List<String> roads = new CopyOnWriteArrayList<>();

  /** What carries the stream of each pair, as it changes. */
  private RecordingStream recorded() {
    var stream = new RecordingStream();
    stream.enable("meshkit.RoadChange");
    stream.onEvent(
        "meshkit.RoadChange",
        event -> roads.add(event.getString("peer") + " " + event.getString("to")));
    stream.startAsync();
    return stream;
  }

  @Test
  void nodesWhoseRegionsUseVersion1MeetByTheirMeshPortsAndTalkByTheirLegacyOnes() throws Exception {
    try (var _ = recorded();
        var n1 = open("eu", "n1", List.of("eu=1-2@1", "us=1-2"));
        var n2 = open("us", "n2", List.of("eu=1-2@1", "us=1-2"), at(n1))) {
      // then each tells the other its port, where somebody listens
      await().until(() -> has(n1, N2) && has(n2, N1));
      for (var member : n1.members()) connect(member);
      // and they use it: for gossip, and for messages
      await().until(() -> roads.containsAll(List.of("eu/n1 LEGACY", "us/n2 LEGACY")));
      n1.send(N2, "orders", Bytes.utf8("there")).orThrow();
      n2.send(N1, "orders", Bytes.utf8("back")).orThrow();
      await().until(() -> got.containsAll(List.of("n2 there", "n1 back")));
      assertEquals(2, got.size());
    }
  }

  @Test
  void nodesThatWereToldNothingHaveNoLegacyPortAndSayNone() throws Exception {
    try (var _ = recorded();
        var n1 = open("eu", "n1", List.of());
        var n2 = open("us", "n2", List.of(), at(n1))) {
      n1.send(N2, "orders", Bytes.utf8("there")).orThrow();
      await().until(() -> got.equals(List.of("n2 there")));
      assertEquals(List.of(false, false), List.of(says(n1, N1), says(n2, N2)));
      assertTrue(roads.stream().noneMatch(road -> road.endsWith("LEGACY")), roads.toString());
    }
  }

  /**
   * A rollout and its way back, as operators do it: permit first, then use; use no more, forbid.
   */
  @Test
  void theVersionsOfARunningMeshChangeWithoutARestart() throws Exception {
    try (var _ = recorded();
        var n1 = open("eu", "n1", List.of());
        var n2 = open("us", "n2", List.of(), at(n1))) {
      await().until(() -> has(n1, N2) && has(n2, N1));
      // when both versions are permitted, each binds its legacy port and tells the other
      permit("eu=1-2", "us=1-2", n1, n2);
      await().until(() -> says(n1, N2) && says(n2, N1));
      var ports = n1.members();
      for (var member : ports) connect(member);
      // and when one of the two regions uses version 1, so do both
      permit("eu=1-2@1", "us=1-2", n1, n2);
      await().until(() -> roads.containsAll(List.of("eu/n1 LEGACY", "us/n2 LEGACY")));
      n1.send(N2, "orders", Bytes.utf8("there")).orThrow();
      await().until(() -> got.contains("n2 there"));
      // and when neither does any more, they go back
      roads.clear();
      permit("eu=1-2", "us=1-2", n1, n2);
      await().until(() -> roads.containsAll(List.of("eu/n1 H3", "us/n2 H3")));
      n2.send(N1, "orders", Bytes.utf8("back")).orThrow();
      await().until(() -> got.contains("n1 back"));
      // and when it is forbidden, nobody listens there, and nobody says so
      permit("eu=2", "us=2", n1, n2);
      for (var member : ports) await().until(() -> isRefused(member));
      await().until(() -> !says(n1, N1) && !says(n1, N2) && !says(n2, N1) && !says(n2, N2));
      assertEquals(2, got.size());
    }
  }

  @Test
  void aLegacyPortThatIsTakenChangesNothing() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var legacy = new Endpoint("127.0.0.1", taken.getLocalPort());
      try (var n1 = open("eu", "n1", legacy, List.of())) {
        var windows = List.of(VersionWindow.parse("eu=1-2@1"));
        var refused = assertInstanceOf(Result.Err.class, MeshKit.permit(n1, windows));
        assertEquals("MK-NODE-002", refused.error().details().get("mk"));
        assertFalse(says(n1, N1));
      }
    }
  }

  private static boolean isRefused(Member member) throws IOException {
    try {
      connect(member);
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  private static void permit(String eu, String us, Mesh... nodes) {
    var windows = List.of(VersionWindow.parse(eu), VersionWindow.parse(us));
    for (var node : nodes) MeshKit.permit(node, windows).orThrow();
  }

  private Mesh open(String region, String name, List<String> versions, Endpoint... seeds) {
    return open(region, name, new Endpoint("127.0.0.1", 0), versions, seeds);
  }

  private Mesh open(
      String region, String name, Endpoint legacy, List<String> versions, Endpoint... seeds) {
    var listen =
        ListenConfig.of(new Endpoint("127.0.0.1", 0))
            .withLegacy(legacy)
            .withVersions(versions.stream().map(VersionWindow::parse).toList());
    var config =
        MeshConfig.of(region, name, directory.resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(listen)
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            order -> {
              got.add(name + " " + order.message().body().utf8());
              return Ack.plain();
            })
        .open();
  }

  private static Endpoint at(Mesh node) {
    return node.members().getFirst().at();
  }

  private static boolean has(Mesh node, NodeId peer) {
    return node.members().stream().anyMatch(member -> member.node().equals(peer));
  }

  private static boolean says(Mesh node, NodeId peer) {
    return node.members().stream()
        .anyMatch(member -> member.node().equals(peer) && member.labels().containsKey(LABEL));
  }

  private static void connect(Member member) throws IOException {
    var port = Integer.parseInt(member.labels().get(LABEL));
    new Socket(member.at().host(), port).close();
  }
}
