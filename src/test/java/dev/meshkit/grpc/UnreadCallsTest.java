package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * T15, S28: a call whose client neither reads nor cancels, and has no deadline, leaves its server:
 * when QUIC has taken the answer, or when it took nothing of it for so long as readers have. The
 * call's thread is the proof.
 */
@Timeout(120)
class UnreadCallsTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final LinkedBlockingQueue<Thread> serving = new LinkedBlockingQueue<>();
  private Meshless mesh;
  private ManagedChannel channel;

  private final class Handler extends ProbeGrpc.ProbeImplBase {
    @Override
    public void download(Ask ask, StreamObserver<Answer> out) {
      serving.add(Thread.currentThread());
      if (ask.getSilent()) heed(ask, (ServerCallStreamObserver<Answer>) out);
      else answer(ask, out);
    }

    /** Sends for as long as it may, and goes on when it may again; without end. */
    private static void heed(Ask ask, ServerCallStreamObserver<Answer> out) {
      out.setOnReadyHandler(
          () -> {
            while (out.isReady()) out.onNext(body(ask));
          });
    }

    private static void answer(Ask ask, StreamObserver<Answer> out) {
      for (var i = 0; i < ask.getAnswers(); i++) out.onNext(body(ask));
      out.onCompleted();
    }

    private static Answer body(Ask ask) {
      return Answer.newBuilder()
          .setBody(ConformanceBed.ask(ask.getAnswerBytes(), 0).getBody())
          .build();
    }

    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      serving.add(Thread.currentThread());
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {
          answer(ask, out);
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var patience = new Bounds.Patience(LONG, LONG, LONG, Duration.ofMillis(500));
    var bounds = Bounds.defaults().with(patience);
    var server = mesh.start(mesh.server().addService(new Handler()).bounds(bounds));
    channel = mesh.open(mesh.channel(server));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private ClientCall<Ask, Answer> begin(
      MethodDescriptor<Ask, Answer> method, Ask ask, CallEvents events) {
    var call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(events, new Metadata());
    call.sendMessage(ask);
    return call;
  }

  private static Ask ask(int answers, int bytes) {
    return Ask.newBuilder().setAnswers(answers).setAnswerBytes(bytes).build();
  }

  private void assertServerIsRid() throws InterruptedException {
    var thread = serving.poll(90, TimeUnit.SECONDS);
    assertNotNull(thread, "the call does not arrive");
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !thread.isAlive());
  }

  /** A little; what may be read ahead; what fits into every window; and what does not. */
  @ParameterizedTest
  @CsvSource({"1, 100", "2, 30_000", "7, 65_000", "8, 65_528", "40, 65_000"})
  void anAnswerOfAnySizeDoesNotKeepItsServer(int answers, String bytes) throws Exception {
    var events = new CallEvents();
    var ask = ask(answers, Integer.parseInt(bytes.replace("_", "")));
    var call = begin(ProbeGrpc.getDownloadMethod(), ask, events);
    call.halfClose();
    assertServerIsRid();
    assertEquals(0, events.events.count("message"), "it was read");
    call.cancel("the test is over", null);
  }

  @Test
  void aHandlerThatHeedsItsClientIsNotKeptWaiting() throws Exception {
    var events = new CallEvents();
    var endless = ask(0, 10_000).toBuilder().setSilent(true).build();
    var call = begin(ProbeGrpc.getDownloadMethod(), endless, events);
    call.halfClose();
    assertServerIsRid();
    call.cancel("the test is over", null);
  }

  /** The client has not half-closed either, and never will. */
  @Test
  void whoAnswersAnOpenRequestToItsEndIsRidOfIt() throws Exception {
    for (var answers : new int[] {1, 40}) {
      var events = new CallEvents();
      var call = begin(ProbeGrpc.getTalkMethod(), ask(answers, 65_000), events);
      assertServerIsRid();
      call.cancel("the test is over", null);
    }
  }
}
