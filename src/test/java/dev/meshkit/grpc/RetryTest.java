package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T18: a call that the server processed nothing of is made once more, on a fresh connection. Here a
 * server that lets one call run at a time on a connection rejects the second.
 */
@Timeout(60)
class RetryTest {
  private final ProbeService service = new ProbeService();
  private final Attempts attempts = new Attempts();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** How often a call was made, and whether again. */
  private static final class Attempts extends ClientStreamTracer.Factory {
    final ConcurrentLinkedQueue<Boolean> again = new ConcurrentLinkedQueue<>();

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      again.add(info.isTransparentRetry());
      return new ClientStreamTracer() {};
    }
  }

  private ManagedChannel channel(int running, int runningAConnection) throws Exception {
    var load = new Bounds.Load(512, running, runningAConnection, 8);
    return mesh.open(
        mesh.channel(
            mesh.start(mesh.server().addService(service).bounds(Bounds.defaults().with(load)))));
  }

  /** One call that runs, on a connection that has been there for a second. */
  private Recorder<Answer> busy(ManagedChannel channel) throws Exception {
    var answers = new Recorder<Answer>();
    var stub = ProbeGrpc.newStub(channel);
    stub.unary(Ask.newBuilder().setSilent(true).build(), answers);
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
    return answers;
  }

  private ProbeGrpc.ProbeStub traced(ManagedChannel channel) {
    return ProbeGrpc.newStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .withInterceptors(new Tracing(attempts));
  }

  /** Adds a tracer to each call. */
  private record Tracing(ClientStreamTracer.Factory factory) implements io.grpc.ClientInterceptor {
    @Override
    public <A, B> io.grpc.ClientCall<A, B> interceptCall(
        io.grpc.MethodDescriptor<A, B> method, io.grpc.CallOptions options, io.grpc.Channel next) {
      return next.newCall(method, options.withStreamTracerFactory(factory));
    }
  }

  /** Tries until the connection is old enough to be left for another. */
  private void awaitAnswer(ManagedChannel channel, Ask ask, int bytesSeen) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              attempts.again.clear();
              var answers = new Recorder<Answer>();
              traced(channel).unary(ask, answers);
              assertEquals(Status.OK, answers.status());
              assertEquals(bytesSeen, answers.next().getBytesSeen());
              assertEquals(List.of(false, true), List.copyOf(attempts.again));
            });
  }

  @Test
  void aRejectedCallIsMadeAgainOnAFreshConnection() throws Exception {
    var channel = channel(100, 1);
    var first = busy(channel);
    awaitAnswer(channel, ConformanceBed.ask(50_000, 10), 50_000);
    assertEquals(0, first.items().size());
  }

  /** Twice is once too often: where nothing runs but what runs already, the caller hears it. */
  @Test
  void aCallThatIsRejectedAgainFails() throws Exception {
    var channel = channel(1, 1);
    busy(channel);
    var answers = new Recorder<Answer>();
    traced(channel).unary(Ask.getDefaultInstance(), answers);
    assertEquals(Status.Code.UNAVAILABLE, answers.status().getCode());
    assertEquals(List.of(false, true), List.copyOf(attempts.again));
  }

  /** A request of more than 64 KiB is not kept, so it cannot be made again. */
  @Test
  void aLongRequestIsNotMadeAgain() throws Exception {
    var channel = channel(100, 1);
    busy(channel);
    var answers = new Recorder<Answer>();
    traced(channel).unary(ConformanceBed.ask(70_000, 10), answers);
    assertEquals(Status.Code.UNAVAILABLE, answers.status().getCode());
    assertEquals(List.of(false), List.copyOf(attempts.again));
  }

  /** A stream of messages is repeated whole and in order; what was cancelled meanwhile is not. */
  @Test
  void messagesAreRepeatedInOrder() throws Exception {
    var channel = channel(100, 1);
    busy(channel);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              attempts.again.clear();
              var answers = new Recorder<Answer>();
              var asks = traced(channel).talk(answers);
              for (var i = 1; i <= 20; i++) asks.onNext(ConformanceBed.ask(0, i));
              asks.onCompleted();
              assertEquals(Status.OK, answers.status());
              assertEquals(20, answers.items().size());
              for (var i = 1; i <= 20; i++) {
                assertEquals(i, answers.items().get(i - 1).getBody().size());
              }
              assertEquals(List.of(false, true), List.copyOf(attempts.again));
            });
  }

  /** The frames of a replay are given back, whatever becomes of the call. */
  @Test
  void aReplayKeepsNothingItNeedNot() {
    var replay = new Replay(true);
    var small = io.netty.buffer.Unpooled.buffer().writeBytes(new byte[100]);
    replay.sent(small);
    assertEquals(2, small.refCnt());
    var large = io.netty.buffer.Unpooled.buffer().writeBytes(new byte[Replay.MOST_BYTES]);
    replay.sent(large);
    assertFalse(replay.isWhole());
    assertEquals(1, small.refCnt());
    assertEquals(1, large.refCnt());
    var never = new Replay(false);
    never.sent(small);
    assertEquals(1, small.refCnt());
  }
}
