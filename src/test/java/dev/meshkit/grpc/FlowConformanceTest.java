package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.HandledCalls.Handled;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Demand, readiness, and callbacks one after the other (T1, T5, T15). */
class FlowConformanceTest extends ConformanceBed {
  private static final MethodDescriptor<Ask, Answer> TALK = ProbeGrpc.getTalkMethod();
  private static final int MOST = 400; // messages of 64 KiB: 26 MB, far above every window

  private final HandledCalls handled = new HandledCalls();
  private final CallEvents events = new CallEvents();
  private ClientCall<Ask, Answer> call;
  private Handled served;

  @BeforeEach
  void begin() throws Exception {
    call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    call.start(events, new Metadata());
    served = handled.next();
    served.call.sendHeaders(new Metadata());
  }

  private static Answer answer(int bytes) {
    return Answer.newBuilder().setBody(ask(bytes, 0).getBody()).build();
  }

  /** T5: never more messages than asked for, the end after them, and once. */
  @Test
  void aClientReceivesWhatItAsksFor() throws Exception {
    for (var i = 0; i < 3; i++) served.call.sendMessage(answer(i));
    served.call.close(Status.OK, new Metadata());
    served.events.expect("complete");
    call.request(1);
    events.events.expect("headers", "message");
    call.request(1);
    events.events.expect("message");
    assertEquals(2, events.events.count("message"));
    assertEquals(0, events.events.count("close"), "a message is left, so the end must wait");
    call.request(5);
    events.events.expect("message", "close");
    assertEquals(Status.OK, events.awaitClose());
    assertEquals(1, events.events.count("close"));
  }

  /** T5: the half-close comes after the last message. */
  @Test
  void aServerReceivesWhatItAsksFor() throws Exception {
    for (var i = 0; i < 3; i++) call.sendMessage(ask(i, 0));
    call.halfClose();
    served.call.request(2);
    served.events.expect("message", "message");
    assertEquals(0, served.events.count("halfClose"), "a message is left");
    served.call.request(1);
    served.events.expect("message", "halfClose");
    served.call.close(Status.OK, new Metadata());
    served.events.expect("complete");
    assertEquals(Status.OK, events.awaitClose());
  }

  /** A handler hears that it may send without having sent: stubs that wait for that would wait. */
  @Test
  void aServerIsToldThatItMaySend() {
    call.request(1); // in process, there is no other room than demand
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> served.events.count("ready") > 0);
  }

  /** T5: an end without messages needs no demand. */
  @Test
  void trailersArriveWithoutDemand() throws Exception {
    served.call.close(Status.NOT_FOUND, new Metadata());
    assertEquals(Status.Code.NOT_FOUND, events.awaitClose().getCode());
  }

  /** Half-closing is no end: answers still come. */
  @Test
  void aHalfClosedCallStillReceives() throws Exception {
    call.halfClose();
    served.call.request(1);
    served.events.expect("halfClose");
    call.request(2);
    served.call.sendMessage(answer(1));
    events.events.expect("headers", "message");
    served.call.sendMessage(answer(2));
    events.events.expect("message");
    served.call.close(Status.OK, new Metadata());
    events.events.expect("close");
  }

  @Test
  void wrongUseIsToldToTheCaller() {
    assertThrows(IllegalStateException.class, () -> call.start(events, new Metadata()));
    assertThrows(RuntimeException.class, () -> call.request(-1));
    var unbegun = channel.newCall(ProbeGrpc.getTalkMethod(), CallOptions.DEFAULT);
    assertThrows(IllegalStateException.class, () -> unbegun.request(1));
    assertThrows(IllegalStateException.class, () -> unbegun.sendMessage(ask(0, 0)));
    assertThrows(IllegalStateException.class, unbegun::halfClose);
    call.halfClose();
    assertFalse(call.isReady());
    assertThrows(IllegalStateException.class, () -> call.sendMessage(ask(0, 0)));
    assertThrows(IllegalStateException.class, () -> call.halfClose());
    assertThrows(IllegalStateException.class, () -> served.call.sendHeaders(new Metadata()));
  }

  /** T5: from whatever threads demand, messages, readiness and the end come. */
  @Test
  void callbacksOfACallAreSerial() throws Exception {
    var many = 300;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(() -> ask(many));
      threads.execute(() -> answer(many, served));
      for (var i = 0; i < many; i++) {
        threads.execute(() -> call.request(1));
        threads.execute(() -> served.call.request(1));
      }
    }
    call.request(1);
    served.call.request(1);
    served.events.expect("message");
    events.events.expect("headers", "message");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> events.events.count("message") == many && served.events.count("message") == many);
    call.halfClose();
    Awaitility.await().until(() -> served.events.count("halfClose") == 1);
    served.call.close(Status.OK, new Metadata());
    assertEquals(Status.OK, events.awaitClose());
    Awaitility.await().until(() -> served.events.count("complete") == 1);
    events.events.assertNeverTwoAtOnce();
    served.events.assertNeverTwoAtOnce();
  }

  private void ask(int times) {
    for (var i = 0; i < times; i++) call.sendMessage(ask(i, 0));
  }

  private static void answer(int times, Handled served) {
    for (var i = 0; i < times; i++) served.call.sendMessage(answer(i));
  }

  /** T15: a server that stops reading makes its client not ready, until it reads again. */
  @Test
  void aSlowServerMakesItsClientNotReady() throws Exception {
    var sent = 0;
    while (sent < MOST && becomes(call::isReady)) {
      call.sendMessage(ask(65_000, 0));
      sent++;
    }
    assertTrue(sent < MOST, "ready for " + sent + " × 64 KiB without a reader");
    served.call.request(Integer.MAX_VALUE);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(call::isReady);
    call.halfClose();
    for (var i = 0; i < sent; i++) served.events.expect("message");
    served.events.expect("halfClose");
    served.call.close(Status.OK, new Metadata());
    assertEquals(Status.OK, events.awaitClose());
  }

  /** T15, the other way. */
  @Test
  void aSlowClientMakesItsServerNotReady() throws Exception {
    var sent = 0;
    while (sent < MOST && becomes(served.call::isReady)) {
      served.call.sendMessage(answer(65_000));
      sent++;
    }
    assertTrue(sent < MOST, "ready for " + sent + " × 64 KiB without a reader");
    events.events.expect("headers");
    call.request(Integer.MAX_VALUE);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(served.call::isReady);
    served.call.close(Status.OK, new Metadata());
    for (var i = 0; i < sent; i++) events.events.expect("message");
    events.events.expect("close");
  }

  /** A call that nobody reads takes nothing from its neighbours on the same connection. */
  @Test
  void aStalledCallStallsNoOther() throws Exception {
    var beside = open(newChannel(server));
    var stalled = beside.newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
    var quiet = new CallEvents();
    stalled.start(quiet, new Metadata());
    stalled.sendMessage(Ask.newBuilder().setAnswers(40).setAnswerBytes(65_000).build());
    stalled.halfClose();
    var stub = ProbeGrpc.newBlockingStub(beside);
    for (var i = 0; i < 100; i++) {
      assertEquals(10_000, stub.unary(ask(10_000, 10_000)).getBody().size());
    }
    assertEquals(0, quiet.events.count("message"));
    stalled.request(100);
    assertEquals(Status.OK, quiet.awaitClose());
    assertEquals(40, quiet.events.count("message"));
  }

  @Test
  void framesOf64KiBFlowBothWaysAtOnce() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    for (var i = 0; i < 200; i++) asks.onNext(ask(65_000, 65_000));
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(200, answers.items().size());
    assertTrue(answers.items().stream().allMatch(a -> a.getBytesSeen() == 65_000));
    assertFalse(channel.isTerminated());
  }
}
