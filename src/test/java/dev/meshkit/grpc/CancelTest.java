package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T11: how a server hears that a client wants no answer any more; T12: and when it must not. */
@Timeout(60)
class CancelTest {
  private static final int CANCELLED = Http3ErrorCode.H3_REQUEST_CANCELLED.code();
  private static final byte[] SILENT_ASK = framed(Ask.newBuilder().setSilent(true).build());

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

  private static byte[] framed(Ask ask) {
    var bytes = ask.toByteArray();
    return ByteBuffer.allocate(5 + bytes.length)
        .put((byte) 0)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private RawClient stranger(Server server) throws Exception {
    return new RawClient(Meshless.addressOf(server), mesh.ca.identity(Meshless.CLIENT));
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    assertTrue(latch.await(90, TimeUnit.SECONDS), what);
  }

  @Test
  void aResetOfAnOpenRequestCancels() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var client = stranger(server)) {
      var call = client.call("Upload");
      await(service.arrived, "the call arrives");
      call.reset(CANCELLED);
      await(service.contextCancelled, "its context is cancelled");
      await(service.cancelled, "and so is the call");
    }
  }

  /** netty/netty#17380: STOP_SENDING alone is seen by a probe, a frame that means nothing. */
  @Test
  void aStrangersCancelAfterHalfCloseIsSeenByAProbe() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var before = Http3Counts.now().probes();
    try (var client = stranger(server)) {
      var call = client.call("Unary").data(SILENT_ASK).fin();
      await(service.arrived, "the call arrives");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> call.read.contains("unknown 64"));
      assertTrue(Http3Counts.now().probes() > before);
      assertEquals(1, service.contextCancelled.getCount());
      call.stopSending(CANCELLED);
      await(service.contextCancelled, "its context is cancelled");
    }
  }

  /** The cancel stream: a client that has one is not probed, and is believed at once. */
  @Test
  void aCancelStreamCancelsWithoutAProbe() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var client = stranger(server)) {
      var cancels = client.cancelStream();
      var call = client.call("Unary").data(SILENT_ASK).fin();
      await(service.arrived, "the call arrives");
      client.tell(cancels, call.id());
      await(service.contextCancelled, "its context is cancelled");
      assertFalse(call.read.contains("unknown 64"), call.read::toString);
    }
  }

  /** An id may overtake its request: then nobody's code runs at all. */
  @Test
  void aCancelThatComesFirstPreventsTheCall() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var client = stranger(server)) {
      var cancels = client.cancelStream();
      var first = client.open();
      client.tell(cancels, first.id());
      first.headers(RawClient.head("Unary")).data(framed(Ask.getDefaultInstance())).fin();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> first.read.contains("reset 0x10b"));
      client.call("Unary").data(framed(Ask.getDefaultInstance())).fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.unary.get() == 1);
      var connections = ((Http3Server) server).connections().orElseThrow(); // nor is it kept
      var loop = connections.commands().loop();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> loop.submit(connections::openStreams).get() == 0);
    }
  }

  /** T11: a callback that blocks sees its context cancelled, whoever cancels and however. */
  @Test
  void aBlockedCallbackSeesItsContextCancelled() throws Exception {
    var blocked = new Blocked();
    var server = mesh.start(mesh.server().addService(blocked));
    var context = Context.current().withCancellation();
    var answers = new Recorder<Answer>();
    var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server)));
    context.run(() -> stub.unary(Ask.getDefaultInstance(), answers));
    await(blocked.entered, "the callback runs");
    context.cancel(null);
    await(blocked.released, "it is released by its context");
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
  }

  /** T10, T11: so does one whose deadline passes, even on one thread for everything. */
  @Test
  void aBlockedCallbackSeesItsDeadlinePass() throws Exception {
    var blocked = new Blocked();
    var server = mesh.start(mesh.server().addService(blocked));
    var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server)));
    // on a busy machine a call may not even arrive before its deadline
    for (var ms = 300; blocked.entered.getCount() > 0; ms *= 2) {
      var answers = new Recorder<Answer>();
      stub.withDeadlineAfter(ms, TimeUnit.MILLISECONDS).unary(Ask.getDefaultInstance(), answers);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
    }
    await(blocked.released, "it is released by its context");
  }

  /** Blocks its callback until its context ends. */
  private static final class Blocked extends ProbeGrpc.ProbeImplBase {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      var ended = new CountDownLatch(1);
      Context.current().addListener(_ -> ended.countDown(), Runnable::run);
      entered.countDown();
      try {
        if (ended.await(90, TimeUnit.SECONDS)) released.countDown();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * T12: an answer given before the request was complete arrives, whatever the client still sends.
   */
  @Test
  void anEarlyAnswerIsNeverLost() throws Exception {
    var server = mesh.start(mesh.server().addService(new StreamCreditTest.Hasty()));
    var channel = mesh.open(mesh.channel(server));
    for (var i = 0; i < 300; i++) early(channel, i);
  }

  /** T12, on a path where packets are lost and overtake each other. */
  @Test
  void anEarlyAnswerIsNotLostInBadWeather() throws Exception {
    var server = mesh.start(mesh.server().addService(new StreamCreditTest.Hasty()));
    var weather = new UdpPath.Weather(3, 5, 4);
    try (var path = new UdpPath(Meshless.addressOf(server), weather)) {
      var channel = mesh.open(mesh.channel(path.port()));
      for (var i = 0; i < 60; i++) early(channel, i);
      assertTrue(path.lost() > 0, "nothing was lost");
    }
  }

  private static void early(Channel channel, int round) throws Exception {
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS).upload(answers);
    for (var i = 0; i < round % 7; i++) asks.onNext(ConformanceBed.ask(20_000, 0));
    assertEquals(Status.OK, answers.status());
    assertEquals(1_000, answers.next().getBody().size());
  }
}
