package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a bad path does to calls: 1 % of the packets lost at a round trip of 100 ms, or all of them.
 */
@Timeout(120)
class LossyPathTest {
  private static final UdpPath.Weather BAD = new UdpPath.Weather(1, 50, 10);
  private static final int CALLS = 64;
  private static final long MOST_TICKS = 4_500 / Reactor.TICK_MS; // the fault table's 4.5 s

  private final ProbeService service = new ProbeService();
  private Meshless mesh;
  private Server server;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(service));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private ManagedChannel over(UdpPath path) throws Exception {
    return mesh.open(mesh.channel(path.port()));
  }

  private UdpPath path(UdpPath.Weather weather) throws IOException {
    return new UdpPath(Meshless.addressOf(server), weather);
  }

  /** Streams both ways, many at once: every message arrives, in order, and every call ends OK. */
  @Test
  void streamsCompleteThroughLossAndReordering() throws Exception {
    try (var path = path(BAD)) {
      var stub = ProbeGrpc.newStub(over(path));
      var calls = new ArrayList<Recorder<Answer>>();
      for (var call = 0; call < 16; call++) {
        var answers = new Recorder<Answer>();
        calls.add(answers);
        var asks = stub.talk(answers);
        for (var i = 1; i <= 40; i++) asks.onNext(ConformanceBed.ask(i, 100 * i));
        asks.onCompleted();
      }
      for (var answers : calls) {
        assertEquals(Status.OK, answers.status());
        var seen = answers.items().stream().map(Answer::getBytesSeen).toList();
        assertEquals(java.util.stream.LongStream.rangeClosed(1, 40).boxed().toList(), seen);
      }
      assertTrue(path.lost() > 0, "nothing was lost, so nothing was shown");
    }
  }

  @Test
  void manyCallsAndLargeOnesCompleteThroughLoss() throws Exception {
    try (var path = path(BAD)) {
      var stub = ProbeGrpc.newStub(over(path));
      var calls = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 300; i++) {
        var answers = new Recorder<Answer>();
        calls.add(answers);
        stub.unary(i % 100 == 0 ? ConformanceBed.ask(200_000, 200_000) : small(i), answers);
      }
      for (var answers : calls) assertEquals(Status.OK, answers.status());
      assertTrue(path.lost() > 0, "nothing was lost, so nothing was shown");
    }
  }

  private static Ask small(int i) {
    return ConformanceBed.ask(i, i);
  }

  /** The fault of the table: UDP dies with 64 calls open. None hangs, and none says otherwise. */
  @Test
  void whenThePathIsLostEachOfManyCallsIsToldSo() throws Exception {
    try (var path = path(UdpPath.Weather.fine())) {
      var channel = over(path);
      var stub = ProbeGrpc.newStub(channel);
      var calls = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < CALLS; i++) {
        var answers = new Recorder<Answer>();
        calls.add(answers);
        if (i % 2 == 0) stub.unary(Ask.newBuilder().setSilent(true).build(), answers);
        else stub.talk(answers).onNext(Ask.getDefaultInstance());
      }
      for (var i = 1; i < CALLS; i += 2) calls.get(i).next();
      path.cut();
      try (var ticks = whileReady(channel)) {
        assertAllLost(calls);
        // the tick that still saw a packet, 1 s of silence, 3 s for an answer; one is begun already
        assertTrue(ticks.count() <= MOST_TICKS, () -> ticks.count() + " ticks of 250 ms");
      }
      path.mend();
      var again = new Recorder<Answer>();
      stub.withWaitForReady().unary(Ask.getDefaultInstance(), again);
      assertEquals(Status.OK, again.status());
    }
  }

  /** All its calls end when their connection does, which its channel shows in the same turn. */
  private static LoopTicks whileReady(ManagedChannel channel) {
    return new LoopTicks(
        ((Http3Channel) channel).loop(), () -> channel.getState(false) == ConnectivityState.READY);
  }

  /** Counts its calls that were cancelled. */
  private static final class Cancelled extends ProbeGrpc.ProbeImplBase {
    final AtomicInteger heard = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();

    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      ((ServerCallStreamObserver<Answer>) out).setOnCancelHandler(heard::incrementAndGet);
      out.onNext(Answer.getDefaultInstance());
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          completed.incrementAndGet();
        }
      };
    }
  }

  /**
   * T11: each cancel of a call whose request is open reaches its server, although packets overtake
   * each other: by RESET_STREAM alone one in four did not, so the cancel stream tells it too.
   */
  @Test
  void noCancelIsLost() throws Exception {
    var service = new Cancelled();
    var cancels = mesh.start(mesh.server().addService(service));
    var weather = new UdpPath.Weather(3, 10, 2);
    try (var path = new UdpPath(Meshless.addressOf(cancels), weather)) {
      var stub = ProbeGrpc.newStub(over(path));
      for (var i = 0; i < 100; i++) {
        var answers = new Recorder<Answer>();
        var asks = stub.talk(answers);
        asks.onNext(Ask.getDefaultInstance());
        answers.next();
        asks.onError(Status.CANCELLED.asException());
        assertEquals(Status.Code.CANCELLED, answers.status().getCode());
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.heard.get() == 100);
      assertEquals(0, service.completed.get(), "requests that were cancelled came out as complete");
    }
  }

  /** T18: a request that comes too late is told so, and not that its answer is empty. */
  @Test
  void noRejectionComesOutAsAnEnd() throws Exception {
    var late = new ArrayList<RawClient.Stream>();
    try (var path = path(new UdpPath.Weather(3, 10, 2));
        var client = stranger(path)) {
      ask(client, Ask.newBuilder().setSilent(true).build()); // keeps the connection
      assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
      server.shutdown();
      Awaitility.await().until(() -> client.goAways().size() == 2);
      for (var i = 0; i < 100; i++) late.add(ask(client, Ask.getDefaultInstance()));
      Awaitility.await().until(() -> late.stream().noneMatch(stream -> stream.read.isEmpty()));
      for (var stream : late) assertEquals(List.of("reset 0x10b"), List.copyOf(stream.read));
    }
    assertEquals(0, service.unary.get() - 1, "none of them was served");
  }

  private RawClient stranger(UdpPath path) throws Exception {
    var identity = mesh.ca.identity("spiffe://test/stranger");
    return new RawClient(new InetSocketAddress("127.0.0.1", path.port()), identity);
  }

  private static RawClient.Stream ask(RawClient client, Ask ask) throws Exception {
    var stream = client.bare();
    stream.all(KwikClient.head(KwikClient.UNARY), KwikClient.message(ask));
    return stream;
  }

  private static void assertAllLost(List<Recorder<Answer>> calls) throws InterruptedException {
    for (var answers : calls) {
      var status = answers.status();
      assertEquals(Status.Code.UNAVAILABLE, status.getCode(), status::toString);
      var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
      assertEquals(Kind.TIMEOUT, cause.kind(), cause::toString);
      // by our own bound, 3 s after a question, and not by QUIC's idle timeout of 30 s
      assertTrue(String.valueOf(cause.getMessage()).contains("no packet from"), cause::toString);
    }
  }
}
