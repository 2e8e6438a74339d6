package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * T4, T5: whatever an application's executor throws, no call hangs, its own included. A pool throws
 * OutOfMemoryError, which would end JUnit itself.
 */
@Timeout(60)
class BrokenExecutorTest {
  private static final int CALLS = 64;

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  static Stream<Executor> broken() {
    return Stream.of(
        _ -> {
          throw new InternalError("planted: unable to create native thread");
        },
        _ -> {
          throw new IllegalStateException("planted");
        },
        task -> {
          task.run();
          throw new InternalError("planted: after the task");
        });
  }

  /** Twice: what wakes lanes must have survived the first time. */
  @ParameterizedTest
  @MethodSource("broken")
  void oneClientsExecutorCostsNoCall(Executor broken) throws Exception {
    var channel = mesh.open(mesh.channel(mesh.start(mesh.server().addService(new ProbeService()))));
    assertAllAnswered(channel, broken);
    assertAllAnswered(channel, broken);
  }

  private static void assertAllAnswered(ManagedChannel channel, Executor broken) throws Exception {
    var all = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < CALLS; i++) {
      var stub = ProbeGrpc.newStub(channel);
      var answers = new Recorder<Answer>();
      (i == CALLS / 2 ? stub.withExecutor(broken) : stub).unary(Ask.getDefaultInstance(), answers);
      all.add(answers);
    }
    for (var answers : all) {
      assertEquals(Status.OK, answers.status());
      assertEquals(1, answers.items().size());
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aServersExecutorCostsNoCall(Executor broken) throws Exception {
    var server = mesh.server().addService(new ProbeService()).executor(broken);
    assertAllAnswered(mesh.open(mesh.channel(mesh.start(server))), Thread::startVirtualThread);
  }

  /** A pool may put a task into its queue and throw since it has no thread for it. */
  @Test
  void aTaskThatWasKeptAllTheSameRunsNothingBesides() {
    var kept = new ArrayList<Runnable>();
    var lane =
        new TaskLane(
            task -> {
              kept.add(task);
              throw new InternalError("planted");
            });
    var begun = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    var second = new AtomicBoolean();
    var done = new CountDownLatch(1);
    lane.run(
        () -> {
          begun.countDown();
          HeldLoop.await(free);
        });
    HeldLoop.await(begun);
    lane.run(() -> second.set(true));
    kept.forEach(Runnable::run);
    assertFalse(second.get(), "two events of a lane at once");
    lane.run(done::countDown);
    free.countDown();
    HeldLoop.await(done);
  }
}
