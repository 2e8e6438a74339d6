package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is slow at the server is not the client's fault (S28), and not lost on it (T5). */
@Timeout(60)
class SlowHandlerTest {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("x-name", Metadata.ASCII_STRING_MARSHALLER);

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** Answers each ask, and takes longer over it than a client may over sending one. */
  private static final class Slow extends ProbeGrpc.ProbeImplBase {
    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {
          com.google.common.util.concurrent.Uninterruptibles.sleepUninterruptibly(
              2, TimeUnit.SECONDS);
          out.onNext(Answer.newBuilder().setBytesSeen(ask.getBody().size()).build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }
  }

  /** S28: a message that came in many pieces is whole by the time its handler works on it. */
  @Test
  void aHandlerMayTakeItsTimeOverALargeMessage() throws Exception {
    var half = Duration.ofMillis(500);
    var impatient =
        Bounds.defaults().with(new Bounds.Patience(half, half, half, Duration.ofSeconds(30)));
    var server = mesh.start(mesh.server().addService(new Slow()).bounds(impatient));
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(mesh.open(mesh.channel(server))).talk(answers);
    asks.onNext(ConformanceBed.ask(1_000_000, 0));
    assertEquals(1_000_000, answers.next().getBytesSeen());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
  }

  /** Lets no call go to its executor before it is released, or cancelled. */
  private static final class Choosing implements ServerCallExecutorSupplier {
    final CountDownLatch asked = new CountDownLatch(1);

    @Override
    public <A, B> Executor getExecutor(ServerCall<A, B> call, Metadata headers) {
      asked.countDown();
      while ("first".equals(headers.get(NAME)) && !call.isCancelled()) Thread.onSpinWait();
      return Thread::startVirtualThread;
    }
  }

  /** T5: a handler that could not be told of its call's end does not hear of the call at all. */
  @Test
  void aCallThatIsCancelledWhileItsExecutorIsChosenIsNotStarted() throws Exception {
    var handled = new HandledCalls();
    var choosing = new Choosing();
    var method = ProbeGrpc.getTalkMethod();
    var server =
        mesh.start(
            mesh.server()
                .addService(
                    ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
                        .addMethod(method, handled)
                        .build())
                .callExecutor(choosing));
    var channel = mesh.open(mesh.channel(server));
    var first = channel.newCall(method, CallOptions.DEFAULT);
    first.start(new CallEvents(), named("first"));
    choosing.asked.await();
    first.cancel("not wanted", null);
    channel.newCall(method, CallOptions.DEFAULT).start(new CallEvents(), named("second"));
    assertEquals("second", handled.next().headers.get(NAME));
  }

  /** T10: a deadline begins when its request is here, not when somebody has time for it. */
  @Test
  void aDeadlineRunsWhileItsCallWaitsForAThread() throws Exception {
    var handled = new HandledCalls();
    var tasks = new LinkedBlockingQueue<Runnable>();
    var server =
        mesh.start(
            mesh.server()
                .addService(
                    ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
                        .addMethod(ProbeGrpc.getTalkMethod(), handled)
                        .build())
                .executor(tasks::add));
    var identity = mesh.ca.identity("spiffe://test/stranger");
    try (var client = new RawClient(Meshless.addressOf(server), identity)) {
      client.open().headers(RawClient.head("Talk").add("grpc-timeout", "20m"));
      var first = tasks.poll(90, TimeUnit.SECONDS);
      var arrived = System.nanoTime();
      while (System.nanoTime() - arrived < TimeUnit.MILLISECONDS.toNanos(30)) Thread.onSpinWait();
      first.run();
      client.open().headers(RawClient.head("Talk").add(NAME.name(), "second"));
      while (handled.isEmpty()) tasks.poll(90, TimeUnit.SECONDS).run();
      assertEquals("second", handled.next().headers.get(NAME));
    }
  }

  private static Metadata named(String name) {
    var headers = new Metadata();
    headers.put(NAME, name);
    return headers;
  }
}
