package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lane keeps: order, turns, runs that fail, keys, all or none (Q17–Q20, Q24). */
class LaneTurnsTest {
  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  /**
   * Q22 A failure in a run releases exactly the later ones; the next run begins at the failed one.
   */
  @Test
  void aFailureInARunReleasesExactlyTheLaterOnes() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      for (var body : List.of("a", "b", "c", "d", "e")) fixture.enqueue(body);
      // given a run of four
      var run = fixture.queue().leaseLane(LANE, 4, PATIENCE).orThrow();
      assertEquals(List.of("a", "b", "c", "d"), bodies(run));
      assertEquals(List.of(), bodies(fixture.queue().leaseLane(LANE, 4, Duration.ZERO).orThrow()));
      // when the first is done, the second fails, and the others are acknowledged after it
      var settled =
          fixture
              .queue()
              .settleAll(
                  List.of(
                      new Settlement<>(run.get(0), Ack.plain()),
                      new Settlement<>(run.get(1), new Retry(WHY, Duration.ZERO)),
                      new Settlement<>(run.get(2), Ack.plain()),
                      new Settlement<>(run.get(3), Ack.plain())))
              .orThrow();
      // then the later two are stale, and nothing leaves the lane before the failed one
      assertInstanceOf(Settled.Done.class, settled.get(0));
      assertInstanceOf(Settled.Requeued.class, settled.get(1));
      assertInstanceOf(Settled.Stale.class, settled.get(2));
      assertInstanceOf(Settled.Stale.class, settled.get(3));
      assertEquals(List.of(), fixture.leaseNow(5));
      assertEquals(2, fixture.number("SELECT hold FROM lane"));
      fixture.pass(clocks, Duration.ofSeconds(1));
      var next = fixture.queue().leaseLane(LANE, 9, PATIENCE).orThrow();
      assertEquals(List.of("b", "c", "d", "e"), bodies(next));
      // and numbers are kept: a message that may have been sent never changes its number
      assertEquals(
          run.subList(1, 4).stream().map(Lease::origin).toList(),
          next.subList(0, 3).stream().map(Lease::origin).toList());
      assertEquals(List.of(2, 1, 1, 1), next.stream().map(Lease::attempt).toList());
    }
  }

  @Test
  void relaxedLanesAreNotHeldUpByADelayedTask() throws Exception {
    try (var fixture = open(QueueOptions.of("q").relaxed())) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      fixture
          .queue()
          .enqueue(
              new TaskSpec<>(
                  LANE,
                  "k",
                  Bytes.utf8("later"),
                  TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofSeconds(5)))))
          .orThrow();
      fixture.queue().settle(fixture.lease(), new Retry(WHY, Duration.ofSeconds(3))).orThrow();
      assertEquals(List.of("b"), fixture.leaseNow(5));
      fixture.pass(clocks, Duration.ofSeconds(4));
      assertEquals(List.of("a"), fixture.leaseNow(5));
      fixture.pass(clocks, Duration.ofSeconds(2));
      assertEquals(List.of("later"), fixture.leaseNow(5));
    }
  }

  @Test
  void aStrictLaneTakesNoLaterStart() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var later = TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofSeconds(5)));
      var refused = fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.EMPTY, later));
      assertEquals("error.validation", error(refused).code());
    }
  }

  @Test
  void lanesTakeTurns() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      for (var i = 0; i < 3; i++) {
        fixture.enqueue(Lane.of("eu/a"), "a" + i);
        fixture.enqueue(Lane.of("eu/b"), "b" + i);
      }
      var order = new java.util.ArrayList<String>();
      for (var i = 0; i < 6; i++) {
        var lease = fixture.lease();
        order.add(lease.value().utf8());
        fixture.queue().settle(lease, Ack.plain()).orThrow();
      }
      assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "b2"), order);
    }
  }

  /** Q20 enqueueAll is all or none. */
  @Test
  void enqueueAllIsAllOrNone() throws Exception {
    try (var fixture = open(rejecting(3))) {
      var all = List.of(task(LANE, "a"), task(LANE, "b"));
      assertEquals(2, fixture.queue().enqueueAll(all).orThrow().size());
      assertEquals("error.queue.full", error(fixture.queue().enqueueAll(all)).code());
      assertEquals(2, fixture.number("SELECT count(*) FROM task"));
      var big = new TaskSpec<>(LANE, "k", Bytes.of(new byte[(1 << 20) + 1]), TaskOptions.DEFAULTS);
      var mixed = fixture.queue().enqueueAll(List.of(task(LANE, "c"), big));
      assertEquals("error.validation", error(mixed).code());
      assertEquals(2, fixture.number("SELECT count(*) FROM task"));
    }
  }

  /**
   * Q20 enqueueIn commits or vanishes with its transaction; Ack work that throws leaves the lease
   * valid.
   */
  @Test
  void enqueueInSharesItsTransactionsFate() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      var lease = fixture.lease();
      // when the work of an ack enqueues, and then throws
      var failing =
          new Ack(
              tx -> {
                fixture.queue().enqueueIn(tx, task(Lane.of("eu/new"), "b"));
                throw new IllegalStateException("no");
              });
      assertEquals("error.store.op", error(fixture.queue().settle(lease, failing)).code());
      // then neither the task nor its lane is there, and the lease is valid
      assertEquals(1, fixture.number("SELECT count(*) FROM task"));
      assertEquals(1, fixture.number("SELECT count(*) FROM lane"));
      assertEquals(1, fixture.queue().stats().lanes().size());
      // and when it does not throw, both happen
      var working = new Ack(tx -> fixture.queue().enqueueIn(tx, task(Lane.of("eu/new"), "b")));
      assertEquals(new Settled.Done(), fixture.queue().settle(lease, working).orThrow());
      assertEquals(List.of("b"), fixture.leaseNow(5));
    }
  }

  /** Q21 Of two enqueues with one dedupKey one is Accepted, the other Duplicate with its id. */
  @Test
  void aDedupKeyLivesAsLongAsItsTask() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var spec =
          new TaskSpec<>(LANE, "k", Bytes.utf8("a"), TaskOptions.DEFAULTS.withDedupKey("order-7"));
      var first = fixture.queue().enqueue(spec).orThrow();
      assertEquals(new Enqueued.Duplicate(first.id()), fixture.queue().enqueue(spec).orThrow());
      fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
      assertInstanceOf(Enqueued.Accepted.class, fixture.queue().enqueue(spec).orThrow());
    }
  }

  private static QueueOptions rejecting(long tasks) {
    var options = QueueOptions.of("q");
    return options.capacity(options.capacity().withTasks(tasks).rejecting());
  }

  private QueueFixture open(QueueOptions options) throws InterruptedException {
    return QueueFixture.open(directory, options, clocks);
  }
}
