package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** T19, S16: a node whose certificate is replaced on disk while it runs. */
@Timeout(120)
class IdentityDeskTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @TempDir private Path directory;
  private final InstantSource today = Clocks.system().wall();
  private IdentityStore store;
  private MeshConfig config;

  /** With a certificate that has most of its life behind it, so that the CA gives another. */
  @BeforeEach
  void enrol() throws Exception {
    InstantSource before = () -> today.instant().minus(Duration.ofDays(5));
    var past = new IdentityStore(identity(), before);
    DevCa.open(directory.resolve("dev-ca"), before, Chance.secure())
        .flatMap(ca -> ca.stage(past, N1))
        .flatMap(Staged::adopt)
        .orThrow();
    store = new IdentityStore(identity(), today);
    config =
        MeshConfig.of("eu", "n1", directory.resolve("n1"))
            .withListen(
                MeshConfig.defaults()
                    .listen()
                    .withMesh(new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"))))
            .withHttp(HttpConfig.off());
  }

  private Path identity() {
    return directory.resolve("n1").resolve("identity");
  }

  private Credentials renewed() {
    return DevCa.open(directory.resolve("dev-ca"), today, Chance.secure())
        .flatMap(ca -> ca.stage(store, N1))
        .flatMap(Staged::adopt)
        .orThrow();
  }

  /** The leaf that a node shows whoever dials it over TCP. */
  private static Certificate shown(Mesh node, Credentials dialler) throws Exception {
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new KeyManager[] {dialler.key()},
        new TrustManager[] {dialler.verifier().trustManager()},
        null);
    var at = node.endpoint();
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(at.host(), at.port())) {
      var terms = socket.getSSLParameters();
      terms.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(terms);
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private static X509Certificate leaf(Credentials of) {
    return of.chain().getFirst();
  }

  @Test
  void whatIsAdoptedOnDiskIsShownWithoutARestart() throws Exception {
    var first = store.load(N1).orThrow();
    try (var node = MeshKit.open(config)) {
      assertEquals(leaf(first), shown(node, first));
      var second = renewed();
      assertNotEquals(leaf(first), leaf(second));
      await().until(() -> shown(node, second).equals(leaf(second)));
    }
  }

  /** When a node's own certificate ends, as gossip has it. */
  private static Instant told(Mesh node) {
    var self = node.members().stream().filter(member -> member.node().equals(N1)).toList();
    return MemberDesk.certified(self.getFirst()).orElseThrow();
  }

  private static Instant end(Credentials of) {
    return of.notAfter().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Autopilot and {@code members} go by it; a restart says nothing of it any more. */
  @Test
  void theMeshIsToldThatANodeDrains() {
    var node = MeshKit.open(config);
    assertEquals(List.of(), draining(node));
    node.close();
    assertEquals(List.of(N1), draining(node));
    try (var again = MeshKit.open(config)) {
      assertEquals(List.of(), draining(again));
    }
  }

  private static List<NodeId> draining(Mesh node) {
    return node.members().stream().filter(MemberDesk::drains).map(Member::node).toList();
  }

  /** Autopilot goes by it: nobody becomes a voter whose certificate is about to end. */
  @Test
  void theMeshIsToldWhenTheNewCertificateEnds() throws Exception {
    var first = store.load(N1).orThrow();
    try (var node = MeshKit.open(config)) {
      assertEquals(end(first), told(node));
      var second = renewed();
      assertNotEquals(end(first), end(second));
      await().untilAsserted(() -> assertEquals(end(second), told(node)));
    }
  }

  @Test
  void whatIsOfNoUseChangesNothingAndTheOperatorWhoAsksLearnsWhy() throws Exception {
    var first = store.load(N1).orThrow();
    try (var node = MeshKit.open(config)) {
      // when roots.pem is replaced by one that others may read
      var roots = identity().resolve("roots.pem");
      var next = identity().resolve("next");
      Files.copy(roots, next);
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(next, roots, StandardCopyOption.ATOMIC_MOVE);
      var refused = assertInstanceOf(Result.Err.class, MeshKit.renew(node));
      assertEquals("MK-TLS-015", refused.error().details().get("mk"));
      assertEquals(leaf(first), shown(node, first));
      // and once that is mended, it is as if it had never been
      Files.setPosixFilePermissions(roots, PosixFilePermissions.fromString("rw-------"));
      assertEquals(true, MeshKit.renew(node).isOk());
      assertEquals(leaf(first), shown(node, first));
    }
  }
}
