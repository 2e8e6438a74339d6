package dev.meshkit.grpc;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T16: a server offers 256 streams; calls beyond them wait, and none fails of it. As one call ends
 * another begins, so their order shows.
 */
@Timeout(120)
class StreamLimitTest {
  private static final int STREAMS = 256;
  private static final int MOST_WAITING = 1_024;

  private final LinkedBlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
  private final Deque<Call> open = new ArrayDeque<>();
  private int made;
  private Meshless mesh;
  private ManagedChannel channel;

  /** A call that lasts until its client ends it. */
  private record Call(int number, StreamObserver<Ask> asks, Recorder<Answer> answers) {
    void end() throws InterruptedException {
      asks.onCompleted();
      assertEquals(Status.OK, answers.status());
    }
  }

  /** Tells the number of each call, which is the size of its first body. */
  private final class Counting extends ProbeGrpc.ProbeImplBase {
    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {
          begun.add(ask.getAnswerBytes());
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

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var server = mesh.start(mesh.server().addService(new Counting()));
    channel = mesh.open(mesh.channel(server));
    for (var i = 0; i < STREAMS; i++) open.add(talk(ProbeGrpc.newStub(channel)));
    for (var i = 0; i < STREAMS; i++) nextBegun(); // those of one packet in any order
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private Call talk(ProbeGrpc.ProbeStub stub) {
    var answers = new Recorder<Answer>();
    var number = made++;
    var asks = stub.talk(answers);
    asks.onNext(Ask.newBuilder().setAnswerBytes(number).build());
    return new Call(number, asks, answers);
  }

  private int nextBegun() throws InterruptedException {
    var number = begun.poll(90, TimeUnit.SECONDS);
    assertNotNull(number, "no call begins");
    return number;
  }

  @Test
  void callsBeyondTheLimitBeginInOrderAsOthersEnd() throws Exception {
    for (var i = 0; i < 100; i++) open.add(talk(ProbeGrpc.newStub(channel)));
    await().until(() -> Http3Counts.now().queuedCalls() == 100);
    for (var i = 0; i < 100; i++) {
      assertTrue(begun.isEmpty(), "a call began before there was room");
      open.remove().end();
      assertEquals(STREAMS + i, nextBegun());
    }
    for (var call : open) call.end();
    await().until(() -> Http3Counts.now().queuedCalls() == 0);
  }

  @Test
  void deadlinesAndCancelsWorkWhileCallsWait() throws Exception {
    var late = new ArrayList<Recorder<Answer>>();
    var given = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < 20; i++) {
      var stub = ProbeGrpc.newStub(channel).withDeadlineAfter(100, TimeUnit.MILLISECONDS);
      late.add(talk(stub).answers());
      var context = Context.current().withCancellation();
      context.run(() -> given.add(talk(ProbeGrpc.newStub(channel)).answers()));
      context.cancel(null);
    }
    for (var answers : given) assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    for (var answers : late)
      assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
    var next = talk(ProbeGrpc.newStub(channel));
    open.remove().end();
    assertEquals(next.number(), nextBegun(), "who has given up takes no stream");
    next.end();
  }

  /** Nobody has to get a stream for those to be forgotten that need none any more. */
  @Test
  void whoGivesUpWhileItWaitsLeavesItsPlace() throws Exception {
    var context = Context.current().withCancellation();
    context.run(
        () -> {
          for (var i = 0; i < 20; i++) talk();
        });
    var last = talk();
    await().atMost(20, TimeUnit.SECONDS).until(() -> Http3Counts.now().queuedCalls() == 21);
    context.cancel(null);
    await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertEquals(1, Http3Counts.now().queuedCalls()));
    open.remove().end();
    assertEquals(last.number(), nextBegun());
    last.end();
  }

  @Test
  void tooManyThatWaitAreResourceExhaustedAtOnce() throws Exception {
    var context = Context.current().withCancellation();
    var waiting = new ArrayList<Recorder<Answer>>();
    context.run(
        () ->
            IntStream.range(0, MOST_WAITING)
                .forEach(_ -> waiting.add(talk(ProbeGrpc.newStub(channel)).answers())));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, talk().answers().status().getCode());
    context.cancel(null);
    for (var answers : waiting) assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    var next = talk();
    open.remove().end();
    assertEquals(next.number(), nextBegun(), "those who gave up have made room");
    next.end();
  }

  private Call talk() {
    return talk(ProbeGrpc.newStub(channel));
  }

  @Test
  void aThousandAtOnceAllEndWell() throws Exception {
    List<Call> calls = IntStream.range(0, 1_000).mapToObj(_ -> talk()).toList();
    for (var call : open) call.end();
    for (var call : calls) call.end();
  }
}
