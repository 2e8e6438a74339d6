package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T19: a new identity reaches every listener and dialler, and nobody's call fails of it. */
@Timeout(120)
class ReloadTest {
  private static final Duration POLL = Duration.ofMillis(250); // instead of 1 s
  private static final Lifetime ACCEPTED = Lifetime.ofAccepted().withPoll(POLL);
  private static final Lifetime DIALLED = Lifetime.ofDialled().withPoll(POLL);

  private static final String RENEWED = "spiffe://test/region/eu/node/renewed";
  private static final Verdict ADMIT = new Verdict.Admit();

  private final ProbeService service = new ProbeService();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private PeerCheck remember() {
    return (chain, _) -> {
      seen.add(TestCa.uriOf(chain.getFirst()));
      return ADMIT;
    };
  }

  private void awaitSeen(String uri) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> seen.contains(uri));
  }

  private static void call(Channel channel) {
    ProbeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance());
  }

  /** The dialler polls too: the connection it has drains, and the next shows the new identity. */
  @Test
  void aDiallersNewIdentityReplacesItsConnectionUnderLoad() throws Exception {
    var server = mesh.start(mesh.server().addService(service).peerCheck(remember()));
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.CLIENT));
    var soon = DIALLED.withSpread(Duration.ofMillis(500));
    var channel = mesh.open(mesh.channel(server).tls(identity::get).lifetime(soon));
    try (var load = new Load(channel, 8)) {
      load.awaitMore(50);
      identity.set(mesh.ca.identity(RENEWED));
      awaitSeen(RENEWED);
      load.awaitMore(50);
    }
  }

  /** Within 2 s: both ends ask for their identity, and dial or accept with it, each second. */
  @Test
  void bothEndsAskForTheirIdentityAgainAndAgain() throws Exception {
    assertEquals(Duration.ofSeconds(1), Lifetime.ofDialled().poll());
    assertEquals(Duration.ofSeconds(1), Lifetime.ofAccepted().poll());
    var listener = new Rhythm();
    var dialler = new Rhythm();
    var server =
        mesh.start(
            mesh.server()
                .addService(service)
                .lifetime(ACCEPTED)
                .tls(beating(listener, Meshless.SERVER)));
    call(mesh.open(mesh.channel(server).lifetime(DIALLED).tls(beating(dialler, Meshless.CLIENT))));
    assertAsOften(listener.shortest());
    assertAsOften(dialler.shortest());
  }

  private Supplier<TlsIdentity> beating(Rhythm rhythm, String uri) throws Exception {
    var identity = mesh.ca.identity(uri);
    return () -> {
      rhythm.beat();
      return identity;
    };
  }

  private static void assertAsOften(Duration period) {
    assertTrue(period.compareTo(POLL.multipliedBy(2)) < 0, period::toString);
  }

  /** An identity that cannot be had does not keep a dialler from dialling with the one it has. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDialWhoseSupplierThrowsUsesTheIdentityItHas(boolean error) throws Exception {
    var server = mesh.start(mesh.server().addService(service).peerCheck(remember()));
    var good = mesh.ca.identity(Meshless.CLIENT);
    var failing = new AtomicBoolean();
    var channel =
        mesh.open(
            mesh.channel(server)
                .tls(
                    () -> {
                      if (failing.get() && error) throw new StackOverflowError("planted");
                      if (failing.get()) throw new IllegalStateException("planted");
                      return good;
                    }));
    failing.set(true);
    call(channel);
    assertEquals(Set.of(Meshless.CLIENT), seen);
  }

  /** One that is not answered at all is no reason to fail: there is the identity of before. */
  @Test
  void aDialWhoseSupplierHangsUsesTheIdentityItHas() throws Exception {
    var server = mesh.start(mesh.server().addService(service).peerCheck(remember()));
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.CLIENT));
    var hanging = new AtomicBoolean();
    var end = new CountDownLatch(1);
    var channel =
        mesh.open(
            mesh.channel(server)
                .lifetime(DIALLED.withSpread(Duration.ofMillis(1)))
                .tls(
                    () -> {
                      if (hanging.get()) Uninterruptibles.awaitUninterruptibly(end);
                      return identity.get();
                    }));
    hanging.set(true);
    try {
      call(channel);
      channel.enterIdle();
      call(channel); // and again, though the question of before is still open
      assertEquals(Set.of(Meshless.CLIENT), Set.copyOf(seen));
    } finally {
      identity.set(mesh.ca.identity(RENEWED));
      end.countDown();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              call(channel);
              return seen.contains(RENEWED);
            });
  }

  /** Nor is it a reason to fail at the end: the answer may come when nobody is there any more. */
  @Test
  void aSupplierThatAnswersAfterTheEndFailsNowhere() throws Exception {
    var good = mesh.ca.identity(Meshless.CLIENT);
    var hanging = new AtomicBoolean();
    var asked = new LinkedBlockingQueue<Thread>();
    var end = new CountDownLatch(1);
    var uncaught = new ConcurrentLinkedQueue<Throwable>();
    var channel =
        mesh.open(
            mesh.channel(1)
                .tls(
                    () -> {
                      if (!hanging.get()) return good;
                      Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.add(e));
                      asked.add(Thread.currentThread());
                      Uninterruptibles.awaitUninterruptibly(end);
                      return good;
                    }));
    hanging.set(true);
    channel.getState(true);
    var dialling = asked.poll(90, TimeUnit.SECONDS);
    channel.shutdownNow();
    assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS));
    var loop = ((Http3Channel) channel).loop();
    assertTrue(loop.awaitTermination(20, TimeUnit.SECONDS), "the last user's loops end with it");
    end.countDown();
    assertTrue(dialling.join(Duration.ofSeconds(20)));
    assertEquals(List.of(), List.copyOf(uncaught));
  }

  /**
   * T19: the same listener, without a restart: connections of the old identity are sent elsewhere.
   * At once, if they are few: a spread is for many.
   */
  @Test
  void aListenersNewIdentityReplacesItsConnectionsUnderLoad() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var many = ACCEPTED.withSpread(Duration.ofDays(1)).withStreams(Long.MAX_VALUE);
    assertEquals(Duration.ofMillis(2_400), many.spreadOf(24));
    assertEquals(Duration.ofSeconds(60), Lifetime.ofAccepted().spreadOf(10_000));
    var server = mesh.start(mesh.server().addService(service).tls(identity::get).lifetime(many));
    var channel = mesh.open(mesh.channel(server).peerCheck(remember()));
    try (var load = new Load(channel, 8)) {
      load.awaitMore(50);
      identity.set(mesh.ca.identity(RENEWED));
      awaitSeen(RENEWED);
      load.awaitMore(50);
    }
  }

  /** A call that is open when the identity changes is not cut for it. */
  @Test
  void aLongCallOutlivesTheIdentityItBeganWith() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var soon = ACCEPTED.withSpread(Duration.ofMillis(1)).withGrace(Duration.ofMillis(1));
    var server = mesh.start(mesh.server().addService(service).tls(identity::get).lifetime(soon));
    var channel = mesh.open(mesh.channel(server).peerCheck(remember()));
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(channel).talk(answers);
    asks.onNext(Ask.getDefaultInstance());
    answers.next();
    identity.set(mesh.ca.identity(RENEWED));
    awaitSeen(RENEWED); // the channel has dialled again
    call(channel);
    asks.onNext(Ask.newBuilder().setAnswerBytes(9).build());
    assertEquals(9, answers.next().getBody().size());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
  }

  /** T19 A connection that was still being checked when the identity changed is no exception. */
  @Test
  void aConnectionThatWasBeingAdmittedMeanwhileIsRenewedToo() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var asked = new Rhythm();
    var checked = new CountDownLatch(1);
    PeerCheck slow =
        (_, _) -> {
          Uninterruptibles.awaitUninterruptibly(checked);
          return ADMIT;
        };
    Supplier<TlsIdentity> beating =
        () -> {
          asked.beat();
          return identity.get();
        };
    var soon = ACCEPTED.withSpread(Duration.ofMillis(1));
    var server =
        mesh.start(mesh.server().addService(service).tls(beating).lifetime(soon).peerCheck(slow));
    var channel = mesh.open(mesh.channel(server).peerCheck(remember()));
    channel.getState(true);
    awaitSeen(Meshless.SERVER); // so its handshake is done
    identity.set(mesh.ca.identity(RENEWED));
    asked.another(); // and the server has polled since
    asked.another();
    checked.countDown();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              call(channel);
              return seen.contains(RENEWED);
            });
  }

  /** An identity that cannot be had, or used, is no reason to stop. */
  @Test
  void aBrokenReloadLeavesTheOldIdentity() throws Exception {
    var good = mesh.ca.identity(Meshless.SERVER);
    var failing = new AtomicReference<>(false);
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    var server =
        mesh.start(
            mesh.server()
                .addService(service)
                .lifetime(ACCEPTED)
                .tls(
                    () -> {
                      if (!failing.get()) return good;
                      asked.incrementAndGet();
                      throw new IllegalStateException("planted");
                    }));
    failing.set(true);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() >= 2);
    call(mesh.open(mesh.channel(server).peerCheck(remember())));
    assertEquals(Set.of(Meshless.SERVER), seen);
  }

  /** A certificate swap every quarter of a second, ageing besides: the short form of the soak. */
  @Test
  void swapsAndAgeingTogetherFailNoCall() throws Exception {
    var identities = new TlsIdentity[6];
    for (var i = 0; i < identities.length; i++) {
      identities[i] = mesh.ca.identity("spiffe://test/region/eu/node/n" + i);
    }
    var server = new AtomicReference<>(identities[0]);
    var client = new AtomicReference<>(identities[1]);
    var short2 = Duration.ofSeconds(2);
    var lifetime = ACCEPTED.withAge(short2).withSpread(POLL);
    var listening =
        mesh.start(
            mesh.server()
                .addService(service)
                .tls(server::get)
                .lifetime(lifetime)
                .peerCheck(remember()));
    var channel =
        mesh.open(
            mesh.channel(listening)
                .tls(client::get)
                .peerCheck(remember())
                .lifetime(DIALLED.withAge(short2).withSpread(POLL)));
    try (var load = new Load(channel, 16)) {
      for (var i = 2; i < identities.length; i++) {
        server.set(identities[i]);
        client.set(identities[i]);
        awaitSeen(TestCa.uriOf(leafOf(identities[i])));
        load.assertNoFailure();
      }
      load.awaitMore(100);
    }
  }

  private static java.security.cert.X509Certificate leafOf(TlsIdentity identity) {
    return identity.key().getCertificateChain("leaf")[0];
  }
}
