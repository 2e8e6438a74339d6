package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections are made, kept, lost and closed. */
@Timeout(300)
class ConnectionTest {
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

  private static ProbeGrpc.ProbeBlockingStub stub(io.grpc.Channel channel) {
    return ProbeGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @Test
  void aServerThatGoesAwayEndsItsCallsUnavailable() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(mesh.open(mesh.channel(server)))
        .talk(answers)
        .onNext(Ask.getDefaultInstance());
    answers.next();
    server.shutdownNow();
    var status = answers.status();
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    assertEquals(
        Kind.CLOSED, assertInstanceOf(Http3ConnectException.class, status.getCause()).kind());
  }

  /** T17: silence where an answer is due means that the path is lost. */
  @Test
  void aSilentPathIsLost() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var path = new UdpPath(new InetSocketAddress("127.0.0.1", server.getPort()))) {
      var identity = mesh.ca.identity(Meshless.CLIENT);
      var channel =
          mesh.open(
              Http3ChannelBuilder.forAddress("127.0.0.1", path.port())
                  .tls(identity.key(), identity.trust()));
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(channel).talk(answers).onNext(Ask.getDefaultInstance());
      answers.next();
      path.cut();
      var status = answers.status();
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      assertEquals(
          Kind.TIMEOUT, assertInstanceOf(Http3ConnectException.class, status.getCause()).kind());
      assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the server notices as well");
    }
  }

  /** Somebody is there who never answers: the dial gives up, and calls that do not wait with it. */
  @Test
  void silenceIsATimeoutAndFailsCallsThatDoNotWait() throws Exception {
    try (var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      var channel = mesh.open(mesh.channel(silent.getLocalPort()));
      assertEquals(Kind.TIMEOUT, Meshless.refusalOf(channel).kind());
    }
  }

  @Test
  void anUnknownHostIsResolve() throws Exception {
    var identity = mesh.ca.identity(Meshless.CLIENT);
    var channel =
        mesh.open(
            Http3ChannelBuilder.forAddress("no-such-host.invalid", 7443)
                .tls(identity.key(), identity.trust()));
    assertEquals(Kind.RESOLVE, Meshless.refusalOf(channel).kind());
  }

  @Test
  void shutdownLetsCallsEndAndThenTerminates() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server));
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(channel).talk(answers);
    asks.onNext(Ask.getDefaultInstance());
    answers.next();
    server.shutdown();
    asks.onNext(Ask.getDefaultInstance());
    answers.next();
    assertFalse(server.isTerminated());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertTrue(server.awaitTermination(20, TimeUnit.SECONDS));
    channel.shutdown();
    assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS));
    var late =
        assertThrows(
            StatusRuntimeException.class, () -> stub(channel).unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNAVAILABLE, late.getStatus().getCode());
  }

  @Test
  void theChannelShowsItsState() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server));
    assertEquals(ConnectivityState.IDLE, channel.getState(true));
    Awaitility.await().until(() -> channel.getState(false) == ConnectivityState.READY);
    channel.shutdown();
    assertEquals(ConnectivityState.SHUTDOWN, channel.getState(false));
  }

  @Test
  void anIdleConnectionIsClosedAndDialledAgain() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server).idleTimeout(500, TimeUnit.MILLISECONDS));
    stub(channel).unary(Ask.getDefaultInstance());
    Awaitility.await().until(() -> channel.getState(false) == ConnectivityState.IDLE);
    assertEquals(Answer.getDefaultInstance(), stub(channel).unary(Ask.getDefaultInstance()));
  }

  @Test
  void aPortInUseIsSaid() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var identity = mesh.ca.identity(Meshless.SERVER);
    var second =
        Http3ServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", server.getPort()))
            .tls(identity.key(), identity.trust())
            .build();
    var failure = assertThrows(IOException.class, second::start);
    assertTrue(failure.getMessage().contains("cannot bind UDP"), failure::getMessage);
  }

  /** T14: too much metadata fails its call, and no other. */
  @Test
  void metadataOverTheLimitFailsOneCall() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server));
    assertExhausted(channel, 9_000);
    assertEquals(Answer.getDefaultInstance(), stub(channel).unary(Ask.getDefaultInstance()));
  }

  /** T14: what is over the peer's own limit is not even sent. */
  @Test
  void metadataOverThePeersLimitStaysHere() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server));
    stub(channel).unary(Ask.getDefaultInstance());
    try (var datagrams = Datagrams.of(channel)) {
      assertExhausted(channel, 70_000);
      assertTrue(datagrams.count().packets() < 4, () -> "8 carry it: " + datagrams.count());
    }
    assertEquals(Answer.getDefaultInstance(), stub(channel).unary(Ask.getDefaultInstance()));
  }

  private static void assertExhausted(io.grpc.Channel channel, int bytes) {
    var big = new Metadata();
    big.put(Metadata.Key.of("x-big", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(bytes));
    var attach = MetadataUtils.newAttachHeadersInterceptor(big);
    var failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub(channel).withInterceptors(attach).unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.getStatus().getCode());
  }

  /** T4: a virtual thread a call, unless an executor is given; T25: never an event loop. */
  @Test
  void callsRunOnVirtualThreadsOrOnTheExecutorGiven() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    stub(mesh.open(mesh.channel(server))).unary(Ask.getDefaultInstance());
    assertTrue(service.thread.get().isVirtual());
    assertTrue(service.thread.get().getName().startsWith("grpc "));
    var other = new ProbeService();
    try (var executor = Executors.newSingleThreadExecutor(r -> new Thread(r, "mine"))) {
      var second = mesh.start(mesh.server().addService(other).executor(executor));
      stub(mesh.open(mesh.channel(second))).unary(Ask.getDefaultInstance());
      assertEquals("mine", other.thread.get().getName());
    }
  }

  @Test
  void aHandlerThatThrowsEndsItsCallUnknownWithoutDetail() throws Exception {
    var throwing =
        new ProbeGrpc.ProbeImplBase() {
          @Override
          public void unary(Ask ask, io.grpc.stub.StreamObserver<Answer> out) {
            throw new IllegalStateException("a secret");
          }
        };
    var server = mesh.start(mesh.server().addService(throwing));
    var failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub(mesh.open(mesh.channel(server))).unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
    assertFalse(failure.getMessage().contains("secret"), failure::getMessage);
  }

  /** A call without a connection costs its caller nothing but its turn. */
  @Test
  void plainTextAndForeignTlsAreRefusedWithTheAlternative() {
    var builder = Http3ChannelBuilder.forAddress("127.0.0.1", 1);
    var plain = assertThrows(UnsupportedOperationException.class, builder::usePlaintext);
    assertTrue(plain.getMessage().contains("tls("), plain::getMessage);
    assertThrows(IllegalStateException.class, builder::build);
  }

  /** T13 in its first form: ten thousand calls, a fifth of them cancelled, leave nothing behind. */
  @Test
  void tenThousandCallsLeakNeitherThreadsNorDirectMemory() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var channel = mesh.open(mesh.channel(server));
    run(channel, 2_000);
    var memory = PlatformDependent.usedDirectMemory();
    var threads = Thread.activeCount();
    run(channel, 10_000);
    var grown = new AtomicReference<>(0L);
    Awaitility.await()
        .until(
            () -> {
              grown.set(PlatformDependent.usedDirectMemory() - memory);
              return grown.get() < 8 << 20;
            });
    assertTrue(Thread.activeCount() <= threads + 2, () -> "threads: " + Thread.activeCount());
    assertEquals(java.util.List.of(), VirtualThreads.ofCalls());
  }

  private static void run(io.grpc.Channel channel, int calls) throws Exception {
    var async = ProbeGrpc.newStub(channel);
    for (var done = 0; done < calls; done += 100) {
      var recorders = new java.util.ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 100; i++) {
        var recorder = new Recorder<Answer>();
        var cancelled = i % 5 == 0;
        var context = io.grpc.Context.current().withCancellation();
        var ask = Ask.newBuilder().setAnswerBytes(100).setSilent(cancelled).build();
        context.run(() -> async.unary(ask, recorder));
        if (cancelled) context.cancel(null);
        recorders.add(recorder);
      }
      for (var recorder : recorders) recorder.status();
    }
  }
}
