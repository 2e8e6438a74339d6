package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.StatusRequest;
import dev.meshkit.link.Hostile.Alpn;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Issue item 2, T35, and the fault table's malformed frames: whatever comes to any listener of one
 * running node, from whomever, each of them serves on, meanwhile and after, and nothing is kept of
 * it. What single frames of peers that were let in may do is shown where those are read.
 */
@Timeout(300)
class HostileProbesTest {
  private static final NodeId NODE = NodeId.of("eu", "n1");
  private static final int SILENT = 20;
  private static final int DATAGRAMS = 2_000;
  private static final int FEW_FILES = 24; // of what else runs here, such as its own good peers

  private static final List<Alpn> SHAKES =
      List.of(
          new Alpn("h2", "TLSv1.3"),
          new Alpn("meshkit-legacy/1", "TLSv1.3"),
          new Alpn("h3", "TLSv1.3"),
          new Alpn("h2", "TLSv1.2"));

  @TempDir private Path directory;

  private final Lab lab = new Lab();
  private Mesh node;
  private Endpoint mesh;
  private Endpoint legacy;
  private Endpoint http;
  private DevCa ca;

  @BeforeEach
  void open() throws IOException {
    mesh = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    legacy = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    http = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    var listen =
        ListenConfig.of(mesh)
            .withLegacy(legacy)
            .withVersions(List.of(VersionWindow.parse("eu=1-2")));
    var config =
        MeshConfig.of(NODE.region(), NODE.name(), data())
            .withListen(listen)
            .withHttp(HttpConfig.of(http));
    node = MeshKit.builder(MeshKit.dev(config).orThrow()).open();
    ca = DevCa.open(directory.resolve("dev-ca"), Clocks.system().wall(), Chance.secure()).orThrow();
  }

  @AfterEach
  void close() {
    lab.close();
    node.close();
  }

  private Path data() {
    return directory.resolve("n1");
  }

  private Path socket() {
    return SocketPath.of(data(), System.getenv());
  }

  @Test
  void whateverComesToItsListenersEachOfThemServesOn() throws Exception {
    // given a node all of whose listeners serve
    serves("before");
    var files = files();
    try (var hostile = new Hostile(7)) {
      // when strangers say what makes no sense, or too little
      hostile.udp(mesh, DATAGRAMS);
      for (var at : List.of(mesh, legacy, http)) hostile.tcp(at, SILENT);
      hostile.unix(socket());
      // or shake hands, without a certificate, or with one of another CA
      var foreign = new TestCa(ca.cluster()).node(NodeId.of("eu", "foreign"));
      var trusting = credentials(NodeId.of("eu", "judge")).verifier().trustManager();
      for (var at : List.of(mesh, legacy)) {
        for (var shake : SHAKES) {
          hostile.tls(at, shake, trusting);
          hostile.tls(at, shake, trusting, foreign.key());
        }
      }
      // then all listeners serve, while the silent ones are there, and once they are gone
      serves("meanwhile");
    }
    serves("after");
    await().until(() -> files() <= files + FEW_FILES);
    // and who must not come in was counted, by what he was
    var metrics = get("/metrics");
    for (var code : List.of("MK-TLS-001", "MK-TLS-002", "MK-TLS-018")) {
      var series = "meshkit_handshake_failures_total{code=\"" + code + "\",side=\"SERVER\"}";
      assertTrue(metrics.contains(series), code + " in " + metrics);
    }
  }

  private void serves(String when) throws Exception {
    for (var road : RoadKind.values()) {
      var id = NodeId.of("eu", when + "-" + road.name().toLowerCase(java.util.Locale.ROOT));
      var peer = peer(id, road);
      peer.links.want(Map.of(NODE, mesh));
      await().until(() -> peer.links.roads().equals(Map.of(NODE, road)));
      peer.close();
    }
    assertTrue(get("/livez").startsWith("200 "), get("/livez"));
    try (var admin = AdminClient.of(socket())) {
      var ask = StatusRequest.getDefaultInstance();
      var status = admin.ask("asking", Duration.ofMinutes(1), one -> one.status(ask)).orThrow();
      assertEquals(NODE.name(), status.getNode());
    }
  }

  /** A good one, all of whose roads are of that kind. */
  private Lab.Station peer(NodeId id, RoadKind road) {
    var mode = RoadPair.mode(road);
    var station =
        lab.node(
            id,
            credentials(id),
            options ->
                LinkOptions.of(id, ca.cluster())
                    .withListen(options.listen())
                    .withSilence(options.silence())
                    .withMode(mode)
                    .withTimes(RoadTimes.DEFAULTS)
                    .withLegacy(new Endpoint("127.0.0.1", 0)));
    lab.rumours.put(NODE, legacy);
    var version = road == RoadKind.LEGACY ? 1 : 2;
    var window = new RoadPolicy.Window(version, 2, version);
    station.links.policy(new RoadPolicy(mode, Map.of("eu", window))).orThrow();
    return station;
  }

  private Credentials credentials(NodeId id) {
    var store = new IdentityStore(directory.resolve(id.name()), Clocks.system().wall());
    return ca.stage(store, id).flatMap(Staged::adopt).orThrow();
  }

  private static long files() {
    return Optional.of(ManagementFactory.getOperatingSystemMXBean())
        .filter(UnixOperatingSystemMXBean.class::isInstance)
        .map(UnixOperatingSystemMXBean.class::cast)
        .map(UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
        .orElse(0L);
  }

  private String get(String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var asked = HttpRequest.newBuilder(URI.create("http://" + http + path)).build();
      var answer = client.send(asked, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }
}
