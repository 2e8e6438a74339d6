package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.bodies;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that saw a process die go few at a time: what that does to those behind them. */
@Timeout(120)
class SuspectsTest {
  private static final Audit BY = new Audit("test", "both at once");

  @TempDir Path directory;

  /** Q22, Q16: a STRICT lane whose head must wait as a suspect gives nothing that is behind it. */
  @Test
  void aSuspectThatMustWaitKeepsItsPlaceInAStrictLane() throws Exception {
    var options = QueueOptions.of("q").crashes(3, 1);
    var other = Lane.of("other");
    // given two lanes of two, whose heads saw a process die; one suspect at a time
    try (var store = StoreFixture.open(directory)) {
      var queue = SafeTaskQueue.open(store, options, TaskCodec.BYTES).orThrow();
      for (var lane : List.of(LANE, other)) {
        for (var body : List.of("head", "next"))
          queue.enqueue(QueueFixture.task(lane, body)).orThrow();
        assertEquals(1, queue.leaseLane(lane, 1, PATIENCE).orThrow().size());
      }
    }
    try (var fixture = QueueFixture.open(directory, options)) {
      var held = fixture.queue().leaseLane(LANE, 1, PATIENCE).orThrow();
      // when the second lane is asked, for one lane or for any
      // then it gives nothing, until the first suspect is over
      assertEquals(List.of(), fixture.queue().leaseLane(other, 2, Duration.ZERO).orThrow());
      assertEquals(List.of(), fixture.queue().lease(2, Duration.ZERO).orThrow());
      fixture.queue().settle(held.getFirst(), Ack.plain()).orThrow();
      assertEquals(
          List.of("head", "next"), bodies(fixture.queue().leaseLane(other, 2, PATIENCE).orThrow()));
    }
  }

  /** Q16: two workers that are served at once do not make the queue forget whom it passed over. */
  @Test
  void aSuspectThatWasPassedOverIsLeasedLater() throws Exception {
    var options = QueueOptions.of("q").relaxed().crashes(3, 1);
    // given two suspects and four others, in a queue that is paused while two workers come
    try (var store = StoreFixture.open(directory)) {
      var queue = SafeTaskQueue.open(store, options, TaskCodec.BYTES).orThrow();
      for (var body : List.of("s1", "s2", "a", "b", "c", "d"))
        queue.enqueue(QueueFixture.task(LANE, body)).orThrow();
      assertEquals(2, queue.lease(2, PATIENCE).orThrow().size());
    }
    try (var fixture = QueueFixture.open(directory, options)) {
      var queue = fixture.queue();
      queue.pause(new Target.Queue(), BY).orThrow();
      var workers =
          List.of(
              waiting(() -> queue.lease(2, PATIENCE).orThrow()),
              waiting(() -> queue.lease(2, PATIENCE).orThrow()));
      queue.resume(new Target.Queue(), BY).orThrow();
      var served = new ArrayList<Lease<Bytes>>();
      for (var worker : workers) served.addAll(worker.get());
      assertEquals(
          List.of("s1", "a", "b", "c"),
          bodies(served).stream().sorted(SuspectsTest::byPlace).toList());
      // when the first suspect is over
      var first = served.stream().filter(lease -> lease.crashes() > 0).findFirst().orElseThrow();
      queue.settle(first, Ack.plain()).orThrow();
      // then it is the turn of the second
      assertEquals(List.of("s2", "d"), bodies(queue.lease(9, PATIENCE).orThrow()));
    }
  }

  private static int byPlace(String one, String other) {
    var order = List.of("s1", "s2", "a", "b", "c", "d");
    return order.indexOf(one) - order.indexOf(other);
  }

  /** A thread that waits for tasks by now. */
  private static FutureTask<List<Lease<Bytes>>> waiting(Callable<List<Lease<Bytes>>> lease) {
    var task = new FutureTask<>(lease);
    var thread = Thread.ofPlatform().daemon().start(task);
    await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return task;
  }
}
