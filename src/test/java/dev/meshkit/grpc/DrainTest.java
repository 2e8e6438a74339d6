package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T18: connections drain, for age, use, idleness or shutdown, and no call fails of it. */
@Timeout(120)
class DrainTest {
  private static final String RESET = "reset 0x10c"; // H3_REQUEST_CANCELLED

  private static final Attributes.Key<byte[]> MARK = Attributes.Key.create("mark");

  private final ProbeService service = new ProbeService();
  private final Connections connections = new Connections();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** Counts a server's connections. */
  private static final class Connections extends ServerTransportFilter {
    final AtomicInteger made = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();

    @Override
    public Attributes transportReady(Attributes attributes) {
      made.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      ended.incrementAndGet();
    }

    void awaitMade(int n) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> made.get() >= n);
    }

    void awaitEnded(int n) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ended.get() >= n);
    }
  }

  private Http3ServerBuilder server() throws Exception {
    return mesh.server().addService(service).addTransportFilter(connections);
  }

  private static ProbeGrpc.ProbeBlockingStub stub(Channel channel) {
    return ProbeGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @Test
  void aServersAgeDrainsUnderLoad() throws Exception {
    var server = mesh.start(server().maxConnectionAge(500, TimeUnit.MILLISECONDS));
    try (var load = new Load(mesh.open(mesh.channel(server)), 16)) {
      connections.awaitMade(6);
      connections.awaitEnded(4);
      load.assertNoFailure();
      load.awaitMore(100);
    }
  }

  /** The server has sent all of it long ago: not even its end tells how much was read. */
  @Test
  void aResponseThatWaitsForItsReaderOutlivesTheServersLastCall() throws Exception {
    var server = mesh.start(server());
    var call =
        mesh.open(mesh.channel(server)).newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(Ask.newBuilder().setAnswers(20).setAnswerBytes(10_000).build());
    call.halfClose();
    call.request(1);
    events.events.expect("headers");
    events.events.expect("message");
    server.shutdown();
    assertFalse(server.awaitTermination(3, TimeUnit.SECONDS), "it waits for its reader");
    call.request(20);
    assertEquals(Status.Code.OK, events.awaitClose().getCode());
    assertEquals(20, events.events.count("message"));
    assertTrue(server.awaitTermination(20, TimeUnit.SECONDS), "and for nothing else");
  }

  @Test
  void streamsAgeAServersConnectionToo() throws Exception {
    var server = mesh.start(server().lifetime(Lifetime.ofAccepted().withStreams(100)));
    try (var load = new Load(mesh.open(mesh.channel(server)), 8)) {
      connections.awaitMade(5);
      connections.awaitEnded(3);
      load.assertNoFailure();
    }
  }

  @Test
  void aClientsAgeMovesItToANewConnectionBeforeItLeavesTheOld() throws Exception {
    var server = mesh.start(server());
    var young = Lifetime.ofDialled().withAge(Duration.ofMillis(500));
    var channel = mesh.open(mesh.channel(server).lifetime(young));
    try (var load = new Load(channel, 16)) {
      connections.awaitMade(6);
      connections.awaitEnded(4);
      load.assertNoFailure();
      assertEquals(ConnectivityState.READY, channel.getState(false));
    }
  }

  @Test
  void streamsAgeAClientsConnectionToo() throws Exception {
    var server = mesh.start(server());
    var used = Lifetime.ofDialled().withStreams(100);
    try (var load = new Load(mesh.open(mesh.channel(server).lifetime(used)), 8)) {
      connections.awaitMade(5);
      connections.awaitEnded(3);
      load.assertNoFailure();
    }
  }

  /** Open calls go on where they are, new ones go elsewhere. */
  @Test
  void aCallOpenAtTheGoAwayEndsInItsOwnTime() throws Exception {
    var server = mesh.start(server().maxConnectionAge(1, TimeUnit.SECONDS));
    var channel = mesh.open(mesh.channel(server));
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(channel).talk(answers);
    asks.onNext(Ask.getDefaultInstance());
    answers.next();
    connections.awaitMade(2); // who has a call open dials again as soon as it reads GOAWAY
    assertEquals(Answer.getDefaultInstance(), stub(channel).unary(Ask.getDefaultInstance()));
    asks.onNext(Ask.newBuilder().setAnswerBytes(7).build());
    assertEquals(7, answers.next().getBody().size());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    connections.awaitEnded(1);
  }

  /** §7: open calls have a grace, and no more. */
  @Test
  void theGraceEndsACallThatWillNot() throws Exception {
    var server =
        mesh.start(
            server()
                .maxConnectionAge(500, TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(500, TimeUnit.MILLISECONDS));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(mesh.open(mesh.channel(server)))
        .talk(answers)
        .onNext(Ask.getDefaultInstance());
    answers.next();
    var status = answers.status();
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
    assertEquals(Kind.CLOSED, cause.kind());
    assertEquals(0x100, cause.closeCode()); // H3_NO_ERROR
  }

  /** A connection that left early, for its identity, still has an age, and calls their grace. */
  @Test
  void anAgeIsALimitAfterAReloadToo() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var life =
        Lifetime.ofAccepted()
            .withSpread(Duration.ofMillis(1))
            .withPoll(Duration.ofMillis(250))
            .withAge(Duration.ofSeconds(2))
            .withGrace(Duration.ofMillis(500));
    var server = mesh.start(server().tls(identity::get).lifetime(life));
    var channel = mesh.open(mesh.channel(server));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(channel).talk(answers).onNext(Ask.getDefaultInstance());
    answers.next();
    identity.set(mesh.ca.identity("spiffe://test/region/eu/node/renewed"));
    assertEquals(Status.Code.UNAVAILABLE, answers.status().getCode());
  }

  @Test
  void aServersIdleConnectionIsSentAwayGently() throws Exception {
    var server = mesh.start(server().maxConnectionIdle(500, TimeUnit.MILLISECONDS));
    var channel = mesh.open(mesh.channel(server));
    stub(channel).unary(Ask.getDefaultInstance());
    connections.awaitEnded(1);
    assertNotEquals(ConnectivityState.TRANSIENT_FAILURE, channel.getState(false));
    assertEquals(Answer.getDefaultInstance(), stub(channel).unary(Ask.getDefaultInstance()));
  }

  @Test
  void enteringIdleDrainsAndTheNextCallDials() throws Exception {
    var server = mesh.start(server());
    var channel = mesh.open(mesh.channel(server));
    stub(channel).unary(Ask.getDefaultInstance());
    channel.enterIdle();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> channel.getState(false) == ConnectivityState.IDLE);
    connections.awaitEnded(1);
    stub(channel).unary(Ask.getDefaultInstance());
    assertEquals(2, connections.made.get());
  }

  /** Neither its grace nor any other timer keeps a connection that has ended. */
  @Test
  void nothingKeepsAConnectionThatHasDrained() throws Exception {
    var kept = new ConcurrentLinkedQueue<WeakReference<byte[]>>();
    var marking =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            var mark = new byte[1];
            kept.add(new WeakReference<>(mark));
            return attributes.toBuilder().set(MARK, mark).build();
          }
        };
    var server =
        mesh.start(
            server()
                .addTransportFilter(marking)
                .maxConnectionAge(500, TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(1, TimeUnit.DAYS));
    var channel = mesh.open(mesh.channel(server));
    stub(channel).unary(Ask.getDefaultInstance());
    connections.awaitEnded(1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              System.gc();
              return kept.element().refersTo(null);
            });
  }

  /** A restart, as an operator does it: the old server drains, the new one takes its port. */
  @Test
  void aServerThatShutsDownUnderLoadFailsNobodyWhoWaits() throws Exception {
    var first = mesh.start(server());
    var port = first.getPort();
    try (var load = Load.patient(mesh.open(mesh.channel(first)), 16)) {
      load.awaitMore(200);
      first.shutdown();
      assertTrue(first.awaitTermination(30, TimeUnit.SECONDS));
      mesh.start(mesh.server(port).addService(service));
      load.awaitMore(200);
    }
  }

  /**
   * A request may be overtaken by others, and come when all of those have ended: it is below the
   * last id, so it is served, however long that takes.
   */
  @Test
  void aRequestThatComesAfterAllTheOthersHaveEndedIsServed() throws Exception {
    for (var tries = 0; !servedAfterTheOthers(); tries++) {
      assertTrue(tries < 10, "on a machine this slow its request always comes too late");
    }
  }

  /** False if the connection, on which nothing was open, had ended before the request came. */
  private boolean servedAfterTheOthers() throws Exception {
    var server = mesh.start(server());
    var identity = mesh.ca.identity("spiffe://test/stranger");
    try (var client = new RawClient(Meshless.addressOf(server), identity)) {
      var late = client.bare(); // id 0
      var other = client.call("Unary").data(new byte[5]).fin(); // id 4
      Awaitility.await().until(() -> other.read.contains("fin"));
      server.shutdown();
      Awaitility.await().until(() -> client.goAways().size() == 2);
      assertEquals(8, client.goAways().getLast());
      var before = service.unary.get();
      var silent = Ask.newBuilder().setSilent(true).build();
      late.all(
          KwikClient.head(KwikClient.UNARY, "grpc-timeout", "1500m"), KwikClient.message(silent));
      Awaitility.await().until(() -> client.isClosed() || late.read.contains(RESET));
      if (service.unary.get() == before) return false;
      assertTrue(late.read.contains(RESET), () -> "its deadline ends it: " + late.read);
      return true;
    }
  }
}
