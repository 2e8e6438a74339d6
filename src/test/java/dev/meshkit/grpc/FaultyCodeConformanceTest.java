package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls whose own code throws, or gives nothing to listen with (T1, T5). */
class FaultyCodeConformanceTest extends ConformanceBed {
  private static final MethodDescriptor<Ask, Answer> TALK = ProbeGrpc.getTalkMethod();

  /** What the client's own code could not take is no success, though the server says so. */
  @Test
  void aListenerThatThrowsEndsItsCallCancelled() throws Exception {
    for (var failure : List.of(new IllegalStateException("planted"), new AssertionError("too"))) {
      var told = new CompletableFuture<Status>();
      async.unary(
          ask(1, 1),
          new StreamObserver<>() {
            @Override
            public void onNext(Answer answer) {
              if (failure instanceof Error error) throw error;
              throw (RuntimeException) failure;
            }

            @Override
            public void onError(Throwable thrown) {
              told.complete(Status.fromThrowable(thrown));
            }

            @Override
            public void onCompleted() {
              told.complete(Status.OK);
            }
          });
      assertEquals(Status.Code.CANCELLED, told.get(90, TimeUnit.SECONDS).getCode());
    }
    assertUnharmed(channel);
  }

  /** A handler that takes a call and listens to nothing has failed: nobody would ever end it. */
  @Test
  void aHandlerWithoutAListenerEndsItsCallUnknown() throws Exception {
    var events = begin(to(TALK, (_, _) -> null), TALK);
    assertEquals(Status.Code.UNKNOWN, events.awaitClose().getCode());
  }

  /** T5: an interceptor may refuse by throwing a status. */
  @Test
  void aStatusThrownWhileACallStartsIsItsEnd() throws Exception {
    var refused =
        to(
            TALK,
            (_, _) -> {
              throw Status.ABORTED.withDescription("not now").asRuntimeException();
            });
    var status = begin(refused, TALK).awaitClose();
    assertEquals(Status.Code.ABORTED, status.getCode());
    assertEquals("not now", status.getDescription());
  }
}
