package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Cancellations, deadlines, and the contexts that carry both (T1, T10, T11). */
class CancellationConformanceTest extends ConformanceBed {
  private static final MethodDescriptor<Ask, Answer> TALK = ProbeGrpc.getTalkMethod();
  private static final Ask SILENT = Ask.newBuilder().setSilent(true).build();
  private final HandledCalls handled = new HandledCalls();

  /** T11: a cancel after the request was complete shows on a silent response too. */
  @Test
  void aCancelAfterTheHalfCloseReachesTheServer() throws Exception {
    var context = Context.current().withCancellation();
    var answers = new Recorder<Answer>();
    context.run(() -> async.unary(SILENT, answers));
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
    context.cancel(null);
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the server hears of it");
    assertTrue(service.contextCancelled.await(90, TimeUnit.SECONDS), "so does its context");
  }

  @Test
  void theCallerIsToldItsOwnReason() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    var served = handled.next();
    var cause = new IllegalStateException("the reason");
    call.cancel("given up", cause);
    var status = events.awaitClose();
    assertEquals(Status.Code.CANCELLED, status.getCode());
    assertEquals("given up", status.getDescription());
    assertSame(cause, status.getCause());
    served.events.expect("cancel");
    assertTrue(served.call.isCancelled());
    served.awaitContextCancelled();
    assertEquals(0, served.events.count("complete"));
  }

  /** T10: whoever asks a cancelled context why is told, whichever thread cancelled it first. */
  @Test
  void aCancelledContextSaysWhy() throws Exception {
    for (var i = 0; i < 200; i++) {
      var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
      call.start(new CallEvents(), new Metadata());
      var served = handled.next();
      call.cancel("given up", null);
      served.awaitContextCancelled();
      assertNotNull(served.context.cancellationCause(), "call " + i);
    }
  }

  /** Twice, after the end, and from another thread: only the first counts. */
  @Test
  void cancellingIsIdempotent() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    var served = handled.next();
    call.cancel("first", null);
    Thread.ofVirtual().start(() -> call.cancel("second", null)).join();
    assertEquals("first", events.awaitClose().getDescription());
    call.cancel("third", null);
    served.events.expect("cancel");
    assertEquals(1, events.events.count("close"));
    assertUnharmed(channel);
  }

  @Test
  void aContextCancelledBeforehandMakesNoCall() throws Exception {
    var context = Context.current().withCancellation();
    context.cancel(null);
    var answers = new Recorder<Answer>();
    context.run(() -> async.unary(Ask.getDefaultInstance(), answers));
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertUnharmed(channel);
    assertEquals(1, service.unary.get());
  }

  /** A handler that is busy learns of the cancel by its context, on another thread. */
  @Test
  void aBlockedCallbackSeesItsContextCancelled() throws Exception {
    needsThread();
    var inside = new CountDownLatch(1);
    var seen = new CountDownLatch(1);
    var blocked =
        to(
            TALK,
            (call, _) -> {
              call.request(1);
              return new ServerCall.Listener<>() {
                @Override
                public void onMessage(Ask message) {
                  Context.current().addListener(_ -> seen.countDown(), Runnable::run);
                  inside.countDown();
                  awaitOrFail(seen);
                }
              };
            });
    var call = blocked.newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(ask(0, 0));
    assertTrue(inside.await(90, TimeUnit.SECONDS));
    call.cancel("enough", null);
    assertTrue(seen.await(90, TimeUnit.SECONDS), "the context ends while the callback blocks");
    assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      if (!latch.await(90, TimeUnit.SECONDS)) throw new AssertionError("waited in vain");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call made on behalf of a call ends with it. */
  @Test
  void cancellationCascadesToTheCallsMadeByAHandler() throws Exception {
    var inner = new Recorder<Answer>();
    var relaying =
        start(
            newServer()
                .addService(
                    new ProbeGrpc.ProbeImplBase() {
                      @Override
                      public void unary(Ask ask, StreamObserver<Answer> out) {
                        async.unary(ask, inner); // in the context of this call
                      }
                    }));
    var context = Context.current().withCancellation();
    var outer = new Recorder<Answer>();
    var stub = ProbeGrpc.newStub(open(newChannel(relaying)));
    context.run(() -> stub.unary(SILENT, outer));
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS), "the inner call arrives");
    context.cancel(null);
    assertEquals(Status.Code.CANCELLED, outer.status().getCode());
    assertEquals(Status.Code.CANCELLED, inner.status().getCode());
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the inner server hears of it");
  }

  @Test
  void callbacksRunInTheContextOfTheirCall() throws Exception {
    var key = Context.<String>key("who");
    var seen = new AtomicReference<String>();
    var done = new CountDownLatch(1);
    var mine = Context.current().withValue(key, "me");
    mine.run(
        () ->
            async.unary(
                Ask.getDefaultInstance(),
                new StreamObserver<>() {
                  @Override
                  public void onNext(Answer answer) {
                    seen.set(key.get());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    done.countDown();
                  }

                  @Override
                  public void onCompleted() {
                    done.countDown();
                  }
                }));
    assertTrue(done.await(90, TimeUnit.SECONDS));
    assertEquals("me", seen.get());
  }

  /** Deadline already passed: the call ends at once and is not sent. */
  @Test
  void aDeadlineAlreadyPassedMakesNoCall() {
    var late = blocking.withDeadlineAfter(-1, TimeUnit.SECONDS);
    var failure = failureOf(() -> late.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.getCode());
    assertEquals(0, service.unary.get());
  }

  /** T10: what is left of the deadline is the deadline of the server's context. */
  @Test
  void theServersContextCarriesTheDeadline() {
    assertEquals(
        5, blocking.withDeadlineAfter(50, TimeUnit.SECONDS).unary(ask(0, 5)).getBody().size());
    var deadline = service.deadline.get();
    assertNotNull(deadline);
    var left = deadline.timeRemaining(TimeUnit.MILLISECONDS);
    assertTrue(left > 0 && left <= 50_100, "left: " + left + " ms");
    blocking.unary(Ask.getDefaultInstance());
    assertEquals(null, service.deadline.get());
  }

  /**
   * T10: the sooner of the call's own deadline and its context's; late enough for a path of 100 ms.
   */
  @Test
  void theSoonerDeadlineCounts() throws Exception {
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      var context = Context.current().withDeadlineAfter(2, TimeUnit.SECONDS, timer);
      var answers = new Recorder<Answer>();
      context.run(() -> async.withDeadlineAfter(50, TimeUnit.SECONDS).unary(SILENT, answers));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
      context.cancel(null);
    }
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
    assertTrue(service.contextCancelled.await(90, TimeUnit.SECONDS), "the server's ends as well");
  }

  /** Messages and the end of a call that its client left are dropped, and do no harm. */
  @Test
  void aServerMayAnswerACallThatWasCancelled() throws Exception {
    var call = to(TALK, handled).newCall(TALK, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.request(5);
    var served = handled.next();
    call.cancel("enough", null);
    served.events.expect("cancel");
    served.call.sendHeaders(new Metadata());
    served.call.sendMessage(Answer.getDefaultInstance());
    served.call.close(Status.OK, new Metadata());
    assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
    Awaitility.await().until(() -> !served.call.isReady());
    assertEquals(0, events.events.count("message"));
    assertEquals(0, served.events.count("complete"));
  }
}
