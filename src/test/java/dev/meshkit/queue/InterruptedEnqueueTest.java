package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Uninterrupted;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q19 An enqueuer whose answer is lost, since it was interrupted, enqueues again: one task. */
@Timeout(120)
class InterruptedEnqueueTest {
  private static final String TASKS = "SELECT count(*) FROM task";

  @TempDir Path directory;

  /** Q19 Interrupted in its wait for the commit, which goes on all the same. */
  @Test
  void anEnqueueRepeatedAfterTheCommitItWasNotToldOfIsADuplicate() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var go = holdUp(fixture);
      interrupt(fixture, once("k"));
      go.countDown();
      await().atMost(PATIENCE).until(() -> fixture.number(TASKS) == 1);
      oneTask(fixture, fixture.queue().enqueue(once("k")).orThrow());
    }
  }

  /** Q19 And that enqueues again while the first one is still on its way to the disk. */
  @Test
  void anEnqueueRepeatedBeforeTheCommitItWasNotToldOfIsADuplicate() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var go = holdUp(fixture);
      interrupt(fixture, once("k"));
      var again = new FutureTask<>(() -> fixture.queue().enqueue(once("k")).orThrow());
      awaitWaiting(Thread.ofVirtual().start(again));
      go.countDown();
      oneTask(fixture, again.get());
    }
  }

  /** Q19 Whenever the interruption comes: before the enqueue, in it, or after it. */
  @Test
  void howeverFarTheFirstEnqueueCameThereIsOneTask() throws Exception {
    var outcomes = new HashMap<Class<?>, Integer>();
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      for (var round = 0; round < 100; round++) {
        var task = once("k" + round);
        var first = new FutureTask<>(() -> fixture.queue().enqueue(task).orThrow());
        var enqueuer = Thread.ofPlatform().start(first);
        for (var spins = 0; spins < 50 * round; spins++) Thread.onSpinWait();
        enqueuer.interrupt();
        enqueuer.join();
        var again = fixture.queue().enqueue(task).orThrow();
        outcomes.merge(again.getClass(), 1, Integer::sum);
        if (first.state() == Future.State.SUCCESS)
          assertEquals(new Enqueued.Duplicate(first.resultNow().id()), again);
        assertEquals(round + 1, fixture.number(TASKS), outcomes::toString);
      }
    }
  }

  private static TaskSpec<Bytes> once(String key) {
    return new TaskSpec<>(
        LANE, "test.kind", Bytes.utf8("a"), TaskOptions.DEFAULTS.withDedupKey(key));
  }

  /** The writer waits in a transaction of its own; until then nothing is committed. */
  private static CountDownLatch holdUp(QueueFixture fixture) throws InterruptedException {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var op =
        Op.record(
            "held up",
            _ -> {
              begun.countDown();
              Uninterrupted.run(go::await);
              return Unit.UNIT;
            });
    assertTrue(fixture.store().submit(op, _ -> {}));
    begun.await();
    return go;
  }

  /** An enqueuer that waits for its commit, and is interrupted. */
  private static void interrupt(QueueFixture fixture, TaskSpec<Bytes> task)
      throws InterruptedException {
    var first = new FutureTask<>(() -> fixture.queue().enqueue(task).orThrow());
    var enqueuer = Thread.ofVirtual().start(first);
    awaitWaiting(enqueuer);
    enqueuer.interrupt();
    var ended = assertThrows(ExecutionException.class, first::get);
    assertInstanceOf(InterruptedException.class, ended.getCause());
  }

  private static void awaitWaiting(Thread enqueuer) {
    await().atMost(PATIENCE).until(() -> enqueuer.getState() == Thread.State.WAITING);
  }

  /** There is the one that was interrupted; a worker gets it, and nothing after it. */
  private static void oneTask(QueueFixture fixture, Enqueued again) throws InterruptedException {
    var lease = fixture.lease();
    assertEquals(new Enqueued.Duplicate(lease.id()), again);
    fixture.queue().settle(lease, Ack.plain()).orThrow();
    assertEquals(List.of(), fixture.leaseNow(9));
    assertEquals(0, fixture.number(TASKS));
  }
}
