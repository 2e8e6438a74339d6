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

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q25 What a limit does, and what it never does. */
@Timeout(120)
class CapacityTest {
  private static final Audit BY = new Audit("test", "to see");

  @TempDir Path directory;

  private QueueFixture open(UnaryOperator<QueueOptions.Capacity> limits) throws Exception {
    var options = QueueOptions.of("q").relaxed();
    return QueueFixture.open(directory, options.capacity(limits.apply(options.capacity())));
  }

  private static String refusal(Result<?> refused) {
    var error = error(refused);
    assertEquals("error.queue.full", error.code());
    return error.why();
  }

  /** Each of the four limits is one, and the error says which. */
  @Test
  void eachLimitRefusesAndNamesItself() throws Exception {
    var lane = Lane.of("eu/other");
    try (var fixture =
        open(limits -> limits.withTasks(5).withBytes(100).withLane(2, 50).rejecting())) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      assertTrue(refusal(fixture.queue().enqueue(task(LANE, "c"))).contains("limit of 2 tasks"));
      fixture.enqueue(lane, "x".repeat(40));
      var long12 = task(lane, "x".repeat(12));
      assertTrue(refusal(fixture.queue().enqueue(long12)).contains("limit of 50 bytes"));
      fixture.enqueue(Lane.of("eu/third"), "x".repeat(50));
      var long9 = task(Lane.of("eu/fourth"), "x".repeat(9));
      assertTrue(refusal(fixture.queue().enqueue(long9)).contains("limit of 100 bytes"));
      fixture.enqueue(Lane.of("eu/fourth"), "x");
      var short1 = task(Lane.of("eu/fifth"), "x");
      assertTrue(refusal(fixture.queue().enqueue(short1)).contains("limit of 5 tasks"));
      assertEquals(5, fixture.number("SELECT count(*) FROM task"));
    }
  }

  /** What would not fit into an empty queue is refused at once: no wait could help it. */
  @Test
  void whatCanNeverFitIsRefusedAtOnce() throws Exception {
    try (var fixture =
        open(
            limits ->
                limits.withTasks(3).withBytes(100).withLane(2, 50).blocking(Duration.ofDays(1)))) {
      var large = error(fixture.queue().enqueue(task(LANE, "x".repeat(51))));
      assertEquals("error.validation", large.code());
      assertEquals(
          "1 task of 51 bytes for lane eu/n2/bulk, each of which holds 2 tasks of 50 bytes",
          large.why());
      var some = List.of(task(LANE, "a"), task(LANE, "b"), task(LANE, "c"));
      var many = error(fixture.queue().enqueueAll(some));
      assertTrue(many.why().startsWith("3 tasks of 3 bytes for lane eu/n2/bulk"), many.text());
      var all = List.of("k1", "k2", "k3", "k4").stream().map(k -> task(Lane.of(k), "x")).toList();
      var wide = error(fixture.queue().enqueueAll(all));
      assertEquals("4 tasks of 4 bytes for a queue that holds 3 tasks of 100 bytes", wide.why());
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
    }
  }

  /** What needs no room is not refused for want of it: a caller that repeats itself learns so. */
  @Test
  void aDuplicateIsToldSoByAFullQueue() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(1).rejecting())) {
      var options = TaskOptions.DEFAULTS.withDedupKey("order-7");
      var spec = new TaskSpec<>(LANE, "k", Bytes.utf8("a"), options);
      var first = fixture.queue().enqueue(spec).orThrow();
      assertEquals(new Enqueued.Duplicate(first.id()), fixture.queue().enqueue(spec).orThrow());
    }
  }

  /** However little leaves: the pressure stays high all the while. */
  @Test
  void anEnqueueBlocksUntilThereIsRoom() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(10).blocking(Duration.ofMinutes(1)));
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 10; i++) fixture.enqueue(String.valueOf(i));
      var blocked = new ArrayList<Future<Result<Enqueued>>>();
      for (var i = 10; i < 20; i++) {
        var spec = task(LANE, String.valueOf(i));
        blocked.add(callers.submit(() -> fixture.queue().enqueue(spec)));
      }
      while (fixture.queue().waitingForRoom() < 10) Thread.onSpinWait();
      assertEquals(10, fixture.number("SELECT count(*) FROM task"));
      for (var i = 1; i <= 10; i++) { // each that leaves lets one in
        fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
        var left = 10 - i;
        Awaitility.await().until(() -> fixture.queue().waitingForRoom() == left);
      }
      for (var one : blocked) assertInstanceOf(Enqueued.Accepted.class, one.get().orThrow());
    }
  }

  @Test
  void whoWaitsForRoomLearnsThatTheQueueIsClosed() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Result<Enqueued>> blocked;
      try (var fixture = open(limits -> limits.withTasks(1).blocking(Duration.ofMinutes(1)))) {
        fixture.enqueue("a");
        blocked = callers.submit(() -> fixture.queue().enqueue(task(LANE, "b")));
        while (fixture.queue().waitingForRoom() == 0) Thread.onSpinWait();
      }
      assertEquals("error.taskqueue.disposed", error(blocked.get()).code());
    }
  }

  @Test
  void patienceEnds() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(1).blocking(Duration.ofMillis(50)))) {
      fixture.enqueue("a");
      refusal(fixture.queue().enqueue(task(LANE, "b")));
    }
  }

  /** What waits for a peer is not lost for something newer, unless only the newest matters. */
  @Test
  void theOldestWithAKeyIsDropped() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(3).dropping())) {
      fixture.enqueue("plain");
      keyed(fixture, "a");
      keyed(fixture, "b");
      keyed(fixture, "c");
      assertEquals(List.of("plain", "b", "c"), fixture.leaseNow(5));
      // leased ones may have been sent: none of them is dropped, so there is no room
      refusal(fixture.queue().enqueue(spec("d")));
      assertEquals(3, fixture.number("SELECT count(*) FROM task"));
    }
  }

  /** All or none: what would not make room enough is not dropped. */
  @Test
  void nothingIsDroppedForNothing() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(2).dropping())) {
      fixture.enqueue("plain");
      keyed(fixture, "a");
      refusal(fixture.queue().enqueueAll(List.of(spec("b"), spec("c"))));
      assertEquals(List.of("plain", "a"), fixture.leaseNow(5));
    }
  }

  private static TaskSpec<Bytes> spec(String key) {
    return new TaskSpec<>(LANE, "k", Bytes.utf8(key), TaskOptions.DEFAULTS.withCoalesceKey(key));
  }

  private static void keyed(QueueFixture fixture, String key) throws InterruptedException {
    fixture.queue().enqueue(spec(key)).orThrow();
  }

  /** What comes back, and what dies or is brought back to life, never waits for room. */
  @Test
  void nothingThatIsThereAlreadyWaitsForRoom() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(1).rejecting())) {
      fixture.enqueue("a");
      fixture.queue().settle(fixture.lease(), new Release()).orThrow();
      fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      fixture.enqueue("b");
      assertEquals(1, fixture.queue().poison().redrive(PoisonFilter.ALL, BY).orThrow());
      assertEquals(2, fixture.leaseNow(5).size());
    }
  }

  /** The level stays high until it is low, and a dip below is seen however short it is. */
  @Test
  void reliefIsALevel() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(10).withPressure(80, 50).rejecting())) {
      var queue = fixture.queue();
      assertTrue(queue.awaitRelief(Duration.ZERO));
      for (var i = 0; i < 8; i++) fixture.enqueue("t" + i);
      assertFalse(queue.awaitRelief(Duration.ZERO));
      var leases = queue.lease(10, PATIENCE).orThrow();
      for (var lease : leases.subList(0, 2)) queue.settle(lease, Ack.plain()).orThrow();
      assertFalse(queue.awaitRelief(Duration.ZERO), "6 of 10 are not low yet");
      var relieved = new FutureTask<>(() -> queue.awaitRelief(PATIENCE));
      var waiting = Thread.startVirtualThread(relieved);
      Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
      // one transaction: down to 5, and the next: up to 8 again
      queue.settle(leases.get(2), Ack.plain()).orThrow();
      queue.enqueueAll(List.of(task(LANE, "x"), task(LANE, "y"), task(LANE, "z"))).orThrow();
      assertTrue(relieved.get());
    }
  }

  /** What was undone weighs on nobody, though it has made a lane on its way. */
  @Test
  void whatIsNeverCommittedIsNoPressure() throws Exception {
    try (var fixture = open(limits -> limits.withTasks(10).rejecting())) {
      var queue = fixture.queue();
      fixture.enqueue("a");
      var undone =
          new Ack(
              tx -> {
                for (var i = 0; i < 8; i++) queue.enqueueIn(tx, task(LANE, "t" + i));
                queue.enqueueIn(tx, task(Lane.of("eu/new"), "x"));
                throw new IllegalStateException("no");
              });
      assertEquals("error.store.op", error(queue.settle(fixture.lease(), undone)).code());
      assertTrue(queue.awaitRelief(Duration.ZERO));
    }
  }

  /** Down and up again before anybody who waits has looked: it was low, so they go on. */
  @Test
  void noDipIsTooShortToBeSeen() throws Exception {
    var room = new Room("q", QueueOptions.of("q").capacity().withTasks(10));
    room.published(9, 0);
    for (var round = 0; round < 20; round++) {
      var relieved = new FutureTask<>(() -> room.awaitRelief(PATIENCE));
      var waiting = Thread.startVirtualThread(relieved);
      while (waiting.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
      room.published(1, 0);
      room.published(9, 0);
      assertTrue(relieved.get());
    }
  }

  /** It is what the file holds, so it is there after a restart. */
  @Test
  void pressureSurvivesARestart() throws Exception {
    UnaryOperator<QueueOptions.Capacity> limits = some -> some.withTasks(10).rejecting();
    try (var fixture = open(limits)) {
      for (var i = 0; i < 8; i++) fixture.enqueue("t" + i);
    }
    try (var fixture = open(limits)) {
      assertFalse(fixture.queue().awaitRelief(Duration.ZERO));
    }
  }
}
