package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** T5: blocking stubs never deadlock, whichever thread they block. */
class BlockingConformanceTest extends ConformanceBed {
  private static final int ANSWERS = 50;
  private static final int DEPTH = 8;
  private static final int CALLERS = 16; // with DEPTH below, fewer than the streams of a connection

  private static ProbeGrpc.ProbeBlockingStub patient(ProbeGrpc.ProbeBlockingStub stub) {
    return stub.withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** One call of each kind that a blocking stub has; how many answers came. */
  private static int both(ProbeGrpc.ProbeBlockingStub stub) {
    var seen = patient(stub).unary(ask(10, 10)).getBody().size() / 10;
    var many = Ask.newBuilder().setAnswers(ANSWERS).setAnswerBytes(10_000).build();
    for (var answers = patient(stub).download(many); answers.hasNext(); answers.next()) seen++;
    return seen;
  }

  /**
   * The thread that waits is the only one that could run the callbacks it waits for. Unary calls
   * only: the stub's iterators of answers wait without running any, over each transport.
   */
  @Test
  void aCallerOnTheOnlyThreadOfItsChannelIsAnswered() throws Exception {
    try (var only = Executors.newSingleThreadExecutor()) {
      var own = open(newChannel(server).executor(only));
      var stub = ProbeGrpc.newBlockingStub(own);
      var answer = only.submit(() -> patient(stub).unary(ask(10, 10))).get(90, TimeUnit.SECONDS);
      assertEquals(10, answer.getBody().size());
      own.shutdownNow();
      assertTrue(own.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  /** Asks itself, on the connection that it is asked on, until nothing is left to ask. */
  private static final class Recursive extends ProbeGrpc.ProbeImplBase {
    final CompletableFuture<ProbeGrpc.ProbeBlockingStub> self = new CompletableFuture<>();

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      var left = ask.getAnswers();
      var below = left == 0 ? 0 : next(ask.toBuilder().setAnswers(left - 1).build());
      out.onNext(Answer.newBuilder().setBytesSeen(below + 1).build());
      out.onCompleted();
    }

    private long next(Ask ask) {
      return patient(self.join()).unary(ask).getBytesSeen();
    }
  }

  @Test
  void aHandlerThatCallsItsOwnServerIsAnswered() throws Exception {
    needsThread();
    var recursive = new Recursive();
    var own = ProbeGrpc.newBlockingStub(open(newChannel(start(newServer().addService(recursive)))));
    recursive.self.complete(own);
    var deep = Ask.newBuilder().setAnswers(DEPTH).build();
    assertAll(() -> (int) patient(own).unary(deep).getBytesSeen(), DEPTH + 1);
  }

  @Test
  void aCallbackThatMakesABlockingCallIsAnswered() throws Exception {
    needsThread();
    var seen = new CompletableFuture<Integer>();
    async.unary(
        ask(1, 1),
        new StreamObserver<>() {
          @Override
          public void onNext(Answer answer) {
            seen.complete(both(blocking));
          }

          @Override
          public void onError(Throwable failure) {
            seen.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {}
        });
    assertEquals(ANSWERS + 1, seen.get(90, TimeUnit.SECONDS));
  }

  @Test
  void manyCallersAtOnceAreAllAnswered() throws Exception {
    assertAll(() -> both(blocking), ANSWERS + 1);
  }

  private static void assertAll(Callable<Integer> caller, int expected) throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : callers.invokeAll(Collections.nCopies(CALLERS, caller))) {
        assertEquals(expected, one.get());
      }
    }
  }
}
