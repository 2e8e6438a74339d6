package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Q25, Q41 What every queue does at a limit, and what it never does. */
interface RoomContract {
  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  private static QueueOptions.Capacity limits(QueueOptions options) {
    return options.capacity();
  }

  @Test
  default void eachLimitRefusesAndNamesItself() throws Exception {
    var options = QueueOptions.of("q");
    var room = limits(options).rejecting();
    for (var limit :
        List.of(room.withTasks(2), room.withBytes(2), room.withLane(2, 99), room.withLane(9, 2))) {
      try (var bed = open(options.capacity(limit))) {
        bed.enqueue("a");
        bed.enqueue("b");
        var full = error(bed.queue().enqueue(task(LANE, "c")));
        assertEquals("error.queue.full", full.code());
        assertTrue(full.why().contains("limit of 2"), full::why);
        var two = List.of(task(LANE, "c"), task(LANE, "d"));
        assertEquals("error.queue.full", error(bed.queue().enqueueAll(two)).code());
        bed.settle(bed.lease(), Ack.plain());
        bed.enqueue("c");
      }
    }
  }

  @Test
  default void anEnqueueBlocksUntilThereIsRoom() throws Exception {
    var options = QueueOptions.of("q");
    try (var bed = open(options.capacity(limits(options).withTasks(1).blocking(PATIENCE)))) {
      bed.enqueue("a");
      var waiting = new FutureTask<>(() -> bed.enqueue("b"));
      var producer = Thread.ofVirtual().start(waiting);
      Bed.awaitParked(producer);
      bed.settle(bed.lease(), Ack.plain());
      assertEquals(waiting.get(), bed.lease().id());
    }
  }

  @Test
  default void patienceEndsAndADuplicateNeedsNone() throws Exception {
    var options = QueueOptions.of("q");
    try (var bed =
        open(options.capacity(limits(options).withTasks(1).blocking(Duration.ofMillis(20))))) {
      var keyed = TaskOptions.DEFAULTS.withDedupKey("order-7");
      bed.enqueue(LANE, "a", keyed);
      assertEquals("error.queue.full", error(bed.queue().enqueue(task(LANE, "b"))).code());
      assertInstanceOf(Enqueued.Duplicate.class, bed.enqueue(LANE, "a", keyed));
    }
  }

  @Test
  default void theOldestWithAKeyIsDroppedAndNothingForNothing() throws Exception {
    var options = QueueOptions.of("q").relaxed();
    try (var bed = open(options.capacity(limits(options).withTasks(2).dropping()))) {
      bed.enqueue("unkeyed");
      bed.enqueue(LANE, "x1", TaskOptions.DEFAULTS.withCoalesceKey("x"));
      bed.enqueue(LANE, "y1", TaskOptions.DEFAULTS.withCoalesceKey("y"));
      var two = List.of(task(LANE, "1"), task(LANE, "2"));
      assertEquals("error.queue.full", error(bed.queue().enqueueAll(two)).code());
      assertEquals(List.of("unkeyed", "y1"), bed.leaseNow(9));
    }
  }

  /**
   * Who was dropped for another's sake hears that, and not that a newer one of its own came: none
   * need come. Who was not dropped after all, since it was not enough, hears nothing of it.
   */
  @Test
  default void whatIsDroppedForRoomIsSaidToBe() throws Exception {
    var options = QueueOptions.of("q").relaxed();
    try (var bed = open(options.capacity(limits(options).withTasks(2).dropping()))) {
      bed.enqueue("unkeyed");
      var dropped = bed.enqueue(LANE, "x1", TaskOptions.DEFAULTS.withCoalesceKey("x")).id();
      var waits = new FutureTask<>(() -> bed.queue().await(dropped, PATIENCE));
      Bed.awaitParked(Thread.ofVirtual().start(waits));
      var kept = bed.enqueue(LANE, "y1", TaskOptions.DEFAULTS.withCoalesceKey("y")).id();
      var told = Result.ok(new Settled.Dropped());
      assertEquals(told, waits.get());
      assertEquals(told, bed.queue().await(dropped, Duration.ZERO));
      var two = List.of(task(LANE, "1"), task(LANE, "2"));
      assertEquals("error.queue.full", error(bed.queue().enqueueAll(two)).code());
      for (var lease : bed.queue().lease(9, Duration.ZERO).orThrow())
        bed.settle(lease, Ack.plain());
      assertEquals(Result.ok(new Settled.Done()), bed.queue().await(kept, Duration.ZERO));
    }
  }

  /** What would not fit into an empty queue is refused as such: nobody waits for room in vain. */
  @Test
  default void whatCanNeverFitIsNoMatterOfRoom() throws Exception {
    var options = QueueOptions.of("q");
    try (var bed = open(options.capacity(limits(options).withTasks(2)))) {
      var three = List.of(task(LANE, "1"), task(LANE, "2"), task(LANE, "3"));
      assertEquals("error.validation", error(bed.queue().enqueueAll(three)).code());
    }
  }

  /** Requeue and poison never wait for room. */
  @Test
  default void nothingThatIsThereAlreadyWaitsForRoom() throws Exception {
    var options = QueueOptions.of("q").maxAttempts(2);
    try (var bed = open(options.capacity(limits(options).withTasks(1).rejecting()))) {
      bed.enqueue("a");
      bed.settle(bed.lease(), new Retry(WHY, Duration.ZERO));
      bed.pass(Duration.ofSeconds(1));
      assertInstanceOf(Settled.Dead.class, bed.settle(bed.lease(), new Retry(WHY, Duration.ZERO)));
      bed.enqueue("b");
      assertEquals(
          1, bed.queue().poison().redrive(PoisonFilter.ALL, new Audit("ana", "mended")).orThrow());
    }
  }

  @Test
  default void reliefComesAtTheLowLevel() throws Exception {
    var options = QueueOptions.of("q").relaxed();
    try (var bed = open(options.capacity(limits(options).withTasks(10).rejecting()))) {
      for (var i = 0; i < 7; i++) bed.enqueue("t" + i);
      assertTrue(bed.queue().awaitRelief(Duration.ZERO));
      bed.enqueue("t7");
      assertFalse(bed.queue().awaitRelief(Duration.ZERO));
      var waiting = new FutureTask<>(() -> bed.queue().awaitRelief(PATIENCE));
      Thread.ofVirtual().start(waiting);
      for (var i = 0; i < 3; i++) {
        assertFalse(bed.queue().awaitRelief(Duration.ZERO));
        bed.settle(bed.lease(), Ack.plain());
      }
      assertTrue(waiting.get());
      assertTrue(bed.queue().awaitRelief(Duration.ZERO));
    }
  }

  @Test
  default void whoWaitsForRoomLearnsThatTheQueueIsClosed() throws Exception {
    var options = QueueOptions.of("q");
    try (var bed = open(options.capacity(limits(options).withTasks(1).blocking(PATIENCE)))) {
      bed.enqueue("a");
      var waiting = new FutureTask<>(() -> bed.queue().enqueue(task(LANE, "b")));
      var producer = Thread.ofVirtual().start(waiting);
      Bed.awaitParked(producer);
      bed.queue().close();
      assertEquals("error.taskqueue.disposed", error(waiting.get()).code());
    }
  }
}
