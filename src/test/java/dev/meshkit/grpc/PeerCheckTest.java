package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may talk to whom (T20, T21, T29; S1, S5; security.md §8). */
@Timeout(300)
class PeerCheckTest {
  private static final Verdict ADMIT = new Verdict.Admit();

  private final ProbeService service = new ProbeService();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private static Answer call(io.grpc.Channel channel) {
    return ProbeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance());
  }

  @Test
  void bothSidesSeeEachOthersChainAndNoEventLoopRunsTheCheck() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    var threads = new CopyOnWriteArrayList<Boolean>();
    PeerCheck check =
        (chain, _) -> {
          seen.add(TestCa.uriOf(chain.getFirst()));
          threads.add(Thread.currentThread().isVirtual());
          return ADMIT;
        };
    var server = mesh.start(mesh.server().addService(service).peerCheck(check));
    call(mesh.open(mesh.channel(server).peerCheck(check)));
    assertTrue(seen.containsAll(List.of(Meshless.SERVER, Meshless.CLIENT)), seen::toString);
    assertFalse(threads.contains(false), "a check ran on a platform thread");
  }

  /** T21, and what a transport filter needs to read the peer's certificate once. */
  @Test
  void attributesShowTheSession() throws Exception {
    var session = new AtomicReference<SSLSession>();
    var remote = new AtomicReference<Object>();
    var filter =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            session.set(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            remote.set(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            return attributes;
          }
        };
    var server = mesh.start(mesh.server().addService(service).addTransportFilter(filter));
    call(mesh.open(mesh.channel(server)));
    var leaf = (X509Certificate) session.get().getPeerCertificates()[0];
    assertEquals(Meshless.CLIENT, TestCa.uriOf(leaf));
    assertEquals("TLSv1.3", session.get().getProtocol());
    assertTrue(remote.get() instanceof java.net.InetSocketAddress, () -> "remote: " + remote);
  }

  @Test
  void aServersRefusalCarriesCodeAndReason() throws Exception {
    PeerCheck check = (_, _) -> new Verdict.Refuse(9, "revoked");
    var server = mesh.start(mesh.server().addService(service).peerCheck(check));
    var refusal = Meshless.refusalOf(mesh.open(mesh.channel(server)));
    assertEquals(Kind.PEER_CHECK, refusal.kind());
    assertEquals(9, refusal.refusal());
    assertEquals("revoked", refusal.reason());
    assertEquals(0, service.unary.get());
  }

  @Test
  void ourOwnRefusalIsTheSameKind() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    PeerCheck check = (_, _) -> new Verdict.Refuse(7, "not whom I dialled");
    var refusal = Meshless.refusalOf(mesh.open(mesh.channel(server).peerCheck(check)));
    assertEquals(Kind.PEER_CHECK, refusal.kind());
    assertEquals(7, refusal.refusal());
    assertEquals("not whom I dialled", refusal.reason());
    assertEquals(0, service.unary.get());
  }

  @Test
  void aCheckThatThrowsRefuses() throws Exception {
    PeerCheck check =
        (_, _) -> {
          throw new IllegalStateException("planted");
        };
    var server = mesh.start(mesh.server().addService(service).peerCheck(check));
    var refusal = Meshless.refusalOf(mesh.open(mesh.channel(server)));
    assertEquals(Kind.PEER_CHECK, refusal.kind());
    assertEquals(0, service.unary.get());
  }

  /** T20: within 1.2 s of a change both ends have asked again, as they do each second. */
  @Test
  void bothEndsAskEachSecond() throws Exception {
    var accepted = new Rhythm();
    var dialled = new Rhythm();
    var server = mesh.start(mesh.server().addService(service).peerCheck(beating(accepted)));
    call(mesh.open(mesh.channel(server).peerCheck(beating(dialled))));
    assertTrue(accepted.shortest().toMillis() <= 1_200);
    assertTrue(dialled.shortest().toMillis() <= 1_200);
  }

  private static PeerCheck beating(Rhythm rhythm) {
    return (_, _) -> {
      rhythm.beat();
      return ADMIT;
    };
  }

  /** T20: the check is repeated, and a refusal ends a live connection with its calls. */
  @Test
  void aLaterRefusalClosesALiveConnection() throws Exception {
    var verdict = new AtomicReference<Verdict>(ADMIT);
    var server = mesh.start(mesh.server().addService(service).peerCheck((_, _) -> verdict.get()));
    var channel = mesh.open(mesh.channel(server));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(channel).talk(answers).onNext(Ask.getDefaultInstance());
    answers.next();
    verdict.set(new Verdict.Refuse(9, "revoked"));
    var status = answers.status();
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    var cause = (Http3ConnectException) status.getCause();
    assertEquals(9, cause.refusal());
    assertEquals("revoked", cause.reason());
  }

  /** T20, S5: a repeated check that errs in any way refuses; it never leaves a peer in. */
  @ParameterizedTest
  @ValueSource(strings = {"error", "exception", "nothing", "hang"})
  void aLaterCheckThatGivesNoVerdictClosesALiveConnection(String how) throws Exception {
    var failing = new AtomicBoolean();
    var hanging = new CountDownLatch(1);
    PeerCheck check =
        (_, _) -> {
          if (failing.get()) fail(how, hanging);
          return failing.get() ? noVerdict() : ADMIT;
        };
    var server = mesh.start(mesh.server().addService(service).peerCheck(check));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(mesh.open(mesh.channel(server)))
        .talk(answers)
        .onNext(Ask.getDefaultInstance());
    answers.next();
    failing.set(true);
    try {
      var status = answers.status();
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      var cause = (Http3ConnectException) status.getCause();
      assertEquals(Kind.PEER_CHECK, cause.kind(), cause::toString);
    } finally {
      hanging.countDown();
    }
  }

  private static void fail(String how, CountDownLatch hanging) {
    switch (how) {
      case "error" -> throw new StackOverflowError("planted");
      case "exception" -> throw new IllegalStateException("planted");
      case "hang" -> Uninterruptibles.awaitUninterruptibly(hanging);
      default -> {} // no verdict
    }
  }

  /** What a check written in Java may return, whatever its signature says. */
  @SuppressWarnings("NullAway")
  private static Verdict noVerdict() {
    return null;
  }

  @Test
  void aClientWithoutCertificateIsRefused() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var trust = mesh.ca.trustManager();
    var channel =
        mesh.open(
            Http3ChannelBuilder.forAddress("127.0.0.1", server.getPort()).tls(new NoKey(), trust));
    var refusal = Meshless.refusalOf(channel);
    assertEquals(Kind.TLS, refusal.kind(), refusal::toString);
    assertEquals(116, refusal.tlsAlert()); // certificate_required, RFC 8446 §6.2
    assertEquals(0, service.unary.get());
  }

  @Test
  void aClientOfAnotherAuthorityIsRefused() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var stranger = new TestCa("other").keyManager(Meshless.CLIENT);
    var channel =
        mesh.open(
            Http3ChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .tls(stranger, mesh.ca.trustManager()));
    var refusal = Meshless.refusalOf(channel);
    assertEquals(Kind.TLS, refusal.kind(), refusal::toString);
    assertEquals(0, service.unary.get());
  }

  @Test
  void aServerOfAnotherAuthorityIsRefused() throws Exception {
    var other = new TestCa("other");
    var server =
        mesh.start(
            mesh.server()
                .addService(service)
                .tls(other.keyManager(Meshless.SERVER), mesh.ca.trustManager()));
    var refusal = Meshless.refusalOf(mesh.open(mesh.channel(server)));
    assertEquals(Kind.TLS, refusal.kind(), refusal::toString);
    assertEquals(0, service.unary.get());
  }

  /** T19: what the supplier gives later is what later handshakes use. */
  @Test
  void aNewIdentityReachesLaterHandshakes() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var server = mesh.start(mesh.server().addService(service).tls(identity::get));
    call(mesh.open(mesh.channel(server)));
    identity.set(mesh.ca.identity("spiffe://test/region/eu/node/renewed"));
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () -> {
              var seen = new AtomicReference<String>("nobody");
              var channel = mesh.open(mesh.channel(server).peerCheck(remember(seen)));
              call(channel);
              channel.shutdownNow(); // one identity may have eight connections
              assertEquals("spiffe://test/region/eu/node/renewed", seen.get());
            });
  }

  private static PeerCheck remember(AtomicReference<String> seen) {
    return (chain, _) -> {
      seen.set(TestCa.uriOf(chain.getFirst()));
      return ADMIT;
    };
  }

  /** Has no certificate to show. */
  private static final class NoKey extends X509ExtendedKeyManager {
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
      return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
