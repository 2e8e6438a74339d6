package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.AbsentGrpc;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.util.MutableHandlerRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Channels and servers around their calls: readiness, interceptors, shutdown, executors (T1). */
class ChannelConformanceTest extends ConformanceBed {

  private void stop() throws InterruptedException {
    server.shutdownNow();
    assertTrue(server.awaitTermination(10, TimeUnit.SECONDS));
  }

  /** Wait-for-ready: the call waits for a server, whatever the channel's failures meanwhile. */
  @Test
  void aCallMayWaitForItsServer() throws Exception {
    var where = TransportUnderTest.at(server);
    stop();
    var answers = new Recorder<Answer>();
    async.withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS).unary(ask(0, 7), answers);
    failureOf(() -> blocking.unary(Ask.getDefaultInstance()));
    start(transport.server(where).addService(service));
    assertEquals(7, answers.next().getBody().size());
    assertEquals(Status.OK, answers.status());
  }

  /** T10: waiting for a connection counts. */
  @Test
  void aCallWaitsNoLongerThanItsDeadline() throws Exception {
    stop();
    var answers = new Recorder<Answer>();
    async
        .withWaitForReady()
        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
        .unary(ask(0, 7), answers);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
  }

  @Test
  void aCallThatWaitsCanBeCancelled() throws Exception {
    stop();
    var context = Context.current().withCancellation();
    var answers = new Recorder<Answer>();
    context.run(() -> async.withWaitForReady().unary(ask(0, 7), answers));
    context.cancel(null);
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
  }

  @Test
  void aCallThatDoesNotWaitIsUnavailable() throws Exception {
    stop();
    var failure = failureOf(() -> blocking.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNAVAILABLE, failure.getCode());
  }

  @Test
  void aChannelFindsItsServerAgain() throws Exception {
    var where = TransportUnderTest.at(server);
    assertUnharmed(channel);
    stop();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> channel.getState(false) != ConnectivityState.READY);
    server = start(transport.server(where).addService(service));
    var waiting = blocking.withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS);
    assertEquals(3, waiting.unary(ask(0, 3)).getBody().size());
  }

  /** The last of a channel's interceptors, and of a server's, is the first to see a call. */
  @Test
  void interceptorsSurroundTheCallInOrder() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    var intercepted =
        start(
            newServer()
                .addService(service)
                .intercept(noting("server 1", seen))
                .intercept(noting("server 2", seen)));
    var mine =
        open(newChannel(intercepted).intercept(naming("client 1", seen), naming("client 2", seen)));
    assertUnharmed(mine);
    assertEquals(List.of("client 2", "client 1", "server 2", "server 1"), List.copyOf(seen));
  }

  private static ClientInterceptor naming(String name, List<String> seen) {
    return new ClientInterceptor() {
      @Override
      public <A, B> ClientCall<A, B> interceptCall(
          MethodDescriptor<A, B> method, CallOptions options, Channel next) {
        seen.add(name);
        return next.newCall(method, options);
      }
    };
  }

  private static ServerInterceptor noting(String name, List<String> seen) {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        seen.add(name);
        return next.startCall(call, headers);
      }
    };
  }

  @Test
  void aServerInterceptorMayRefuse() throws Exception {
    var refusing =
        new ServerInterceptor() {
          @Override
          public <A, B> ServerCall.Listener<A> interceptCall(
              ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            call.close(Status.PERMISSION_DENIED.withDescription("not you"), new Metadata());
            return new ServerCall.Listener<>() {};
          }
        };
    var guarded = start(newServer().addService(service).intercept(refusing));
    var stub = ProbeGrpc.newBlockingStub(open(newChannel(guarded)));
    var failure = failureOf(() -> stub.unary(ask(100_000, 0)));
    assertEquals(Status.Code.PERMISSION_DENIED, failure.getCode());
    assertEquals("not you", failure.getDescription());
    assertEquals(0, service.unary.get());
  }

  @Test
  void whatAnInterceptorPutsIntoTheContextTheHandlerSees() throws Exception {
    var key = Context.<String>key("user");
    var user = new AtomicReference<String>();
    var naming =
        new ServerInterceptor() {
          @Override
          public <A, B> ServerCall.Listener<A> interceptCall(
              ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            return Contexts.interceptCall(
                Context.current().withValue(key, "ann"), call, headers, next);
          }
        };
    var asking =
        new ProbeGrpc.ProbeImplBase() {
          @Override
          public void unary(Ask ask, io.grpc.stub.StreamObserver<Answer> out) {
            user.set(key.get());
            out.onNext(Answer.getDefaultInstance());
            out.onCompleted();
          }
        };
    assertUnharmed(open(newChannel(start(newServer().addService(asking).intercept(naming)))));
    assertEquals("ann", user.get());
  }

  @Test
  void aFallbackRegistryIsAskedForWhatNobodyElseHas() throws Exception {
    var registry = new MutableHandlerRegistry();
    registry.addService(service);
    var falling = start(newServer().fallbackHandlerRegistry(registry));
    var mine = open(newChannel(falling));
    assertUnharmed(mine);
    var absent = AbsentGrpc.newBlockingStub(mine);
    assertEquals(
        Status.Code.UNIMPLEMENTED,
        failureOf(() -> absent.unary(Ask.getDefaultInstance())).getCode());
  }

  /** Open calls end as they like; new ones are refused. */
  @Test
  void aShutDownChannelLetsItsCallsEnd() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 1));
    answers.next();
    channel.shutdown();
    var late = failureOf(() -> blocking.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNAVAILABLE, late.getCode());
    assertFalse(channel.isTerminated());
    asks.onNext(ask(0, 2));
    assertEquals(2, answers.next().getBody().size());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS));
  }

  /** Those that wait for a connection, or for room on one, began before and are served. */
  @Test
  void aShutDownChannelServesTheCallsThatBeganBefore() throws Exception {
    for (var connected : List.of(false, true)) {
      var mine = open(newChannel(server));
      if (connected) ProbeGrpc.newBlockingStub(mine).unary(Ask.getDefaultInstance());
      var began = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 600; i++) {
        var answers = new Recorder<Answer>();
        ProbeGrpc.newStub(mine).unary(ask(0, i), answers);
        began.add(answers);
      }
      mine.shutdown();
      for (var answers : began)
        assertEquals(Status.OK, answers.status(), "connected: " + connected);
      assertTrue(mine.awaitTermination(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aShutDownServerLetsItsCallsEnd() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 1));
    answers.next();
    server.shutdown();
    asks.onNext(ask(0, 2));
    assertEquals(2, answers.next().getBody().size());
    assertFalse(server.isTerminated());
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertTrue(server.awaitTermination(20, TimeUnit.SECONDS));
  }

  @Test
  void shutdownNowEndsOpenCalls() throws Exception {
    var answers = new Recorder<Answer>();
    async.talk(answers).onNext(ask(0, 1));
    answers.next();
    channel.shutdownNow();
    assertFalse(answers.status().isOk());
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the server hears of it");
    assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS));
  }

  /** T4: an executor of the user's is used, on both sides; a call's own comes first. */
  @Test
  void callbacksRunWhereTheUserWants() throws Exception {
    try (var executor = Executors.newFixedThreadPool(2, r -> new Thread(r, "mine"));
        var own = Executors.newSingleThreadExecutor(r -> new Thread(r, "own"))) {
      var other = start(newServer().addService(service).executor(executor));
      var mine = open(newChannel(other).executor(executor));
      assertEquals("mine", threadOf(ProbeGrpc.newStub(mine)));
      assertEquals("mine", service.thread.get().getName());
      assertEquals("own", threadOf(ProbeGrpc.newStub(mine).withExecutor(own)));
      mine.shutdownNow();
      assertTrue(mine.awaitTermination(10, TimeUnit.SECONDS));
      other.shutdownNow();
      assertTrue(other.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  /** T4: the server may choose an executor for each call; for the others its own stays. */
  @Test
  void aServerChoosesTheExecutorOfACall() throws Exception {
    var chooser =
        new ServerCallExecutorSupplier() {
          private Executor chosen = Runnable::run;

          @Override
          public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
            return call.getMethodDescriptor().equals(ProbeGrpc.getUnaryMethod()) ? chosen : null;
          }
        };
    try (var executor = Executors.newSingleThreadExecutor(r -> new Thread(r, "mine"));
        var special = Executors.newSingleThreadExecutor(r -> new Thread(r, "special"))) {
      chooser.chosen = special;
      var other = start(newServer().addService(service).executor(executor).callExecutor(chooser));
      var mine = open(newChannel(other));
      threadOf(ProbeGrpc.newStub(mine));
      assertEquals("special", service.thread.get().getName());
      var talk = new Recorder<Answer>();
      ProbeGrpc.newStub(mine).talk(talk).onNext(ask(0, 1));
      talk.next();
      assertEquals("mine", service.thread.get().getName());
      mine.shutdownNow();
      assertTrue(mine.awaitTermination(10, TimeUnit.SECONDS));
      other.shutdownNow();
      assertTrue(other.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  private static String threadOf(ProbeGrpc.ProbeStub stub) throws Exception {
    var thread = new CompletableFuture<String>();
    stub.unary(
        Ask.getDefaultInstance(),
        new io.grpc.stub.StreamObserver<>() {
          @Override
          public void onNext(Answer answer) {
            thread.complete(Thread.currentThread().getName());
          }

          @Override
          public void onError(Throwable failure) {
            thread.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {}
        });
    return thread.get(90, TimeUnit.SECONDS);
  }

  @Test
  void aServerCannotBeStartedTwice() {
    assertThrows(IllegalStateException.class, server::start);
  }
}
