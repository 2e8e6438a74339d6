package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How calls end: statuses, exceptions, early answers (T1, T5, T12). */
class EndingsConformanceTest extends ConformanceBed {
  private static final MethodDescriptor<Ask, Answer> UNARY = ProbeGrpc.getUnaryMethod();
  private static final MethodDescriptor<Ask, Answer> TALK = ProbeGrpc.getTalkMethod();
  private final HandledCalls handled = new HandledCalls();

  @Test
  void everyStatusArrivesWithAndWithoutAMessage() {
    for (var code : Status.Code.values()) {
      if (code == Status.Code.OK) continue;
      var bare = failureOf(() -> blocking.unary(Ask.newBuilder().setStatus(code.value()).build()));
      assertEquals(code, bare.getCode());
      var why = Ask.newBuilder().setStatus(code.value()).setMessage("why " + code).build();
      var told = failureOf(() -> blocking.unary(why));
      assertEquals(code, told.getCode());
      assertEquals("why " + code, told.getDescription());
    }
  }

  @Test
  void aStatusAfterMessagesArrivesAfterThem() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 100));
    asks.onNext(ask(0, 200));
    asks.onNext(Ask.newBuilder().setStatus(9).setMessage("enough").build());
    assertEquals(100, answers.next().getBody().size());
    assertEquals(200, answers.next().getBody().size());
    assertEquals(Status.Code.FAILED_PRECONDITION, answers.status().getCode());
    assertEquals("enough", answers.status().getDescription());
  }

  /** The answer is complete before the request is, and must not be lost with the rest of it. */
  @Test
  void anEarlyAnswerReachesAClientThatStillSends() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.request(10);
    var served = handled.next();
    var sending = new CountDownLatch(20);
    var sender = Thread.startVirtualThread(() -> keepSending(call, sending));
    assertTrue(sending.await(90, TimeUnit.SECONDS));
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(answer(50_000));
    served.call.close(Status.OK.withDescription("early"), new Metadata());
    assertEquals(Status.Code.OK, events.awaitClose().getCode());
    events.events.expect("headers", "message", "close");
    served.events.expect("complete");
    call.cancel("the test is over", null);
    sender.join();
  }

  /** The same, as an error without messages. */
  @Test
  void anEarlyRefusalReachesAClientThatStillSends() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    var served = handled.next();
    var sending = new CountDownLatch(20);
    var sender = Thread.startVirtualThread(() -> keepSending(call, sending));
    assertTrue(sending.await(90, TimeUnit.SECONDS));
    served.call.close(Status.ALREADY_EXISTS.withDescription("early"), new Metadata());
    assertEquals(Status.Code.ALREADY_EXISTS, events.awaitClose().getCode());
    call.cancel("the test is over", null);
    sender.join();
  }

  /** Sends while there is room, and a little more whether there is or not. */
  private static void keepSending(ClientCall<Ask, Answer> call, CountDownLatch sent) {
    for (var i = 0; i < 200 && (call.isReady() || sent.getCount() > 0); i++) {
      call.sendMessage(ask(1_000, 0));
      sent.countDown();
    }
  }

  private static Answer answer(int bytes) {
    return Answer.newBuilder().setBody(ask(bytes, 0).getBody()).build();
  }

  @Test
  void aHandlerThatThrowsEndsItsCallUnknownWithoutDetail() throws Exception {
    var failing =
        to(
            UNARY,
            (call, _) -> {
              call.request(2);
              return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                  throw new IllegalStateException("a secret");
                }
              };
            });
    var stub = ProbeGrpc.newBlockingStub(failing);
    var failure = failureOf(() -> stub.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNKNOWN, failure.getCode());
    assertFalse(String.valueOf(failure.getDescription()).contains("secret"), failure::toString);
    assertEquals(Status.Code.UNKNOWN, failureOf(() -> stub.unary(ask(1, 1))).getCode());
  }

  @Test
  void aHandlerThatCannotBeStartedEndsItsCallUnknown() throws Exception {
    var failing =
        to(
            UNARY,
            (_, _) -> {
              throw new IllegalStateException("a secret");
            });
    var failure = failureOf(() -> ProbeGrpc.newBlockingStub(failing).unary(ask(1, 1)));
    assertEquals(Status.Code.UNKNOWN, failure.getCode());
    assertFalse(String.valueOf(failure.getDescription()).contains("secret"), failure::toString);
  }

  /** A listener that throws has no more to say: its call is cancelled, and told so once. */
  @Test
  void aListenerThatThrowsCancelsItsCall() throws Exception {
    var thrown = new IllegalStateException("thrown by the listener");
    var end = new AtomicReference<Status>();
    var closed = new CountDownLatch(1);
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(Answer message) {
            throw thrown;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.set(status);
            closed.countDown();
          }
        },
        new Metadata());
    call.request(2);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    assertTrue(closed.await(90, TimeUnit.SECONDS));
    assertEquals(Status.Code.CANCELLED, end.get().getCode());
    assertEquals(thrown, end.get().getCause());
    served.events.expect("cancel");
  }

  /** Not only exceptions: whatever is thrown ends the call, or it would hang. */
  @Test
  void aListenerThatFailsWithAnErrorCancelsItsCall() throws Exception {
    var end = new CompletableFuture<Status>();
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onHeaders(Metadata headers) {
            throw new AssertionError("thrown by the listener");
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(2);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    assertEquals(Status.Code.CANCELLED, end.get(90, TimeUnit.SECONDS).getCode());
    served.events.expect("cancel");
  }

  /** A callback about room is one of the handler's, too. */
  @Test
  void aHandlerThatThrowsWhenReadyEndsItsCallUnknown() throws Exception {
    needsWire(); // what is never full never says that there is room again
    var failing =
        to(
            TALK,
            (call, _) -> {
              call.request(1);
              return new ServerCall.Listener<>() {
                private boolean full;

                @Override
                public void onMessage(Ask message) {
                  call.sendHeaders(new Metadata());
                  for (full = true; call.isReady(); ) call.sendMessage(answer(10_000));
                }

                @Override
                public void onReady() {
                  if (full) throw new IllegalStateException("a secret");
                }
              };
            });
    var events = new CallEvents();
    var call = failing.newCall(TALK, CallOptions.DEFAULT);
    call.start(events, new Metadata());
    call.sendMessage(Ask.getDefaultInstance());
    call.request(1_000);
    assertEquals(Status.Code.UNKNOWN, events.awaitClose().getCode());
  }

  /** Or a lost message would be an OK without an answer. */
  @Test
  void anAnswerThatCannotBeSerializedIsTheServersMistake() throws Exception {
    var broken =
        UNARY.toBuilder()
            .setResponseMarshaller(
                new MethodDescriptor.Marshaller<Answer>() {
                  @Override
                  public InputStream stream(Answer value) {
                    throw new IllegalStateException("planted");
                  }

                  @Override
                  public Answer parse(InputStream stream) {
                    throw new IllegalStateException("nobody reads");
                  }
                })
            .build();
    var events = begin(to(broken, handled), UNARY);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    try {
      served.call.sendMessage(Answer.getDefaultInstance());
      served.call.close(Status.OK, new Metadata());
    } catch (RuntimeException alsoFine) { // some servers tell their handler
      assertEquals("planted", alsoFine.getMessage());
    }
    assertFalse(events.awaitClose().isOk());
  }

  /** Ours says INTERNAL; grpc's own servers cancel the call, and say why in their log. */
  private void assertServersMistake(CallEvents events) throws Exception {
    var expected =
        transport.isOurs()
            ? Set.of(Status.Code.INTERNAL)
            : Set.of(Status.Code.INTERNAL, Status.Code.CANCELLED);
    var status = events.awaitClose();
    assertTrue(expected.contains(status.getCode()), status::toString);
  }

  @Test
  void aUnaryMethodThatAnswersTwiceIsTheServersMistake() throws Exception {
    var events = begin(to(UNARY, handled), UNARY);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    served.call.sendMessage(Answer.getDefaultInstance());
    assertServersMistake(events);
  }

  @Test
  void aUnaryMethodThatAnswersNothingIsTheServersMistake() throws Exception {
    var events = begin(to(UNARY, handled), UNARY);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    served.call.close(Status.OK, new Metadata());
    assertServersMistake(events);
  }

  /** An exception's cause and stack are the server's own affair. */
  @Test
  void aStatusCarriesNoCauseAcrossTheWire() throws Exception {
    var events = begin(to(UNARY, handled), UNARY);
    handled
        .next()
        .call
        .close(Status.DATA_LOSS.withCause(new IllegalStateException("ours")), new Metadata());
    assertEquals(Status.Code.DATA_LOSS, events.awaitClose().getCode());
    assertNull(events.awaitClose().getCause());
    assertNotNull(events.trailers());
  }

  /** A handler that goes on after its own end is told so, as a mistake of its own. */
  @Test
  void nothingIsSentAfterAClose() throws Exception {
    var events = begin(to(UNARY, handled), UNARY);
    var served = handled.next().call;
    served.sendHeaders(new Metadata());
    served.sendMessage(Answer.getDefaultInstance());
    served.close(Status.OK, new Metadata());
    assertThrows(
        IllegalStateException.class, () -> served.sendMessage(Answer.getDefaultInstance()));
    assertThrows(IllegalStateException.class, () -> served.sendHeaders(new Metadata()));
    assertThrows(IllegalStateException.class, () -> served.close(Status.ABORTED, new Metadata()));
    assertEquals(Status.OK, events.awaitClose());
  }

  /** But one whose call was ended by others could not know, and is not. */
  @Test
  void aHandlerMayGoOnWhenItsCallWasCancelled() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    call.start(new CallEvents(), new Metadata());
    var served = handled.next();
    call.cancel("not wanted", null);
    served.events.expect("cancel");
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    served.call.close(Status.OK, new Metadata());
  }

  /** The same at the other end. */
  @Test
  void nothingIsSentAfterACancel() throws Exception {
    var events = new CallEvents();
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    call.start(events, new Metadata());
    call.cancel("not wanted", null);
    assertThrows(IllegalStateException.class, () -> call.sendMessage(Ask.getDefaultInstance()));
    assertThrows(IllegalStateException.class, call::halfClose);
    call.cancel("still not wanted", null); // may be said as often as one likes
    var status = events.awaitClose();
    assertEquals(Status.Code.CANCELLED, status.getCode());
    assertEquals("not wanted", status.getDescription());
  }

  /** What a server does after the end of its call changes nothing. */
  @Test
  void nothingFollowsAClosedCall() throws Exception {
    var events = begin(to(UNARY, handled), UNARY);
    var served = handled.next();
    served.call.request(2);
    served.events.expect("message", "halfClose");
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    served.call.close(Status.OK, new Metadata());
    served.events.expect("complete");
    assertEquals(Status.OK, events.awaitClose());
    events.events.expect("headers", "message", "close");
    assertEquals(1, events.events.count("close"));
    assertEquals(0, served.events.count("cancel"));
    assertUnharmed(channel);
  }
}
