package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S28: a client that takes nothing of what a server has for it loses that call. */
@Timeout(60)
class SlowReaderTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Meshless mesh;
  private io.grpc.ManagedChannel channel;

  /** Sends far more than every window without looking whether anybody reads. */
  private final class Generous extends ProbeGrpc.ProbeImplBase {
    @Override
    public void download(Ask ask, StreamObserver<Answer> out) {
      ((ServerCallStreamObserver<Answer>) out).setOnCancelHandler(cancelled::countDown);
      var body = ConformanceBed.ask(ask.getAnswerBytes(), 0).getBody();
      for (var i = 0; i < ask.getAnswers(); i++) {
        out.onNext(Answer.newBuilder().setBody(body).build());
      }
      out.onCompleted();
    }

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      out.onNext(Answer.getDefaultInstance());
      out.onCompleted();
    }
  }

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var patience = new Bounds.Patience(LONG, LONG, LONG, Duration.ofMillis(500));
    var server =
        mesh.start(
            mesh.server().addService(new Generous()).bounds(Bounds.defaults().with(patience)));
    channel = mesh.open(mesh.channel(server));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** A call that asks for answers, and for none of them to be read. */
  private ClientCall<Ask, Answer> download(int answers, int bytes, CallEvents events) {
    var call = channel.newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
    call.start(events, new Metadata());
    call.sendMessage(Ask.newBuilder().setAnswers(answers).setAnswerBytes(bytes).build());
    call.halfClose();
    return call;
  }

  /** Although all of its answer was handed over, the end of it included. */
  @Test
  void whoReadsNothingLosesThatCallAndNoOther() throws Exception {
    var unread = new CallEvents();
    var abandoned = download(1, 1_000, unread); // not read either, but all of it is taken by QUIC
    var events = new CallEvents();
    var slow = download(40, 65_000, events);
    assertTrue(cancelled.await(90, TimeUnit.SECONDS), "its handler hears of it");
    slow.request(100); // who reads on learns why there is no more
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, events.awaitClose().getCode());
    var answer = ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance());
    assertEquals(Answer.getDefaultInstance(), answer);
    assertEquals(0, unread.events.count("close"), "what QUIC has taken may be left unread");
    abandoned.cancel("the test is over", null); // a call has a thread until it ends
  }

  /** One large message counts piece by piece. */
  @Test
  void progressIsSeenWithinAMessage() {
    var taken = new java.util.ArrayList<Long>();
    var budget = new SendBudget(() -> taken.add(-1L));
    var backlog = new Backlog(budget);
    var stall = new Stall(Duration.ofMillis(500));
    for (var i = 0; i < 3; i++) backlog.add(256 << 10);
    assertFalse(stall.tick(backlog.isWaiting(), backlog.taken()));
    backlog.remove(256 << 10);
    assertFalse(stall.tick(backlog.isWaiting(), backlog.taken()), "a piece was taken");
    assertFalse(stall.tick(backlog.isWaiting(), backlog.taken()));
    assertTrue(stall.tick(backlog.isWaiting(), backlog.taken()), "two ticks without one");
    backlog.remove(256 << 10);
    backlog.remove(256 << 10);
    for (var i = 0; i < 9; i++) assertFalse(stall.tick(backlog.isWaiting(), backlog.taken()));
    assertEquals(java.util.List.of(), taken, "so little was never too much");
  }
}
