package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Q41 What every queue promises of a task and its leases: Q12, Q14, Q17–Q21, Q27. */
interface LeaseContract {
  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  @Test
  default void aTaskGoesFromEnqueueToGone() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var how = TaskOptions.DEFAULTS.withHeaders(Map.of("trace", "a\tb"));
      var added = assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(LANE, "hello", how));
      var lease = bed.lease();
      assertEquals(added.id(), lease.id());
      assertEquals(added.token(), lease.token());
      assertEquals("hello", lease.value().utf8());
      assertEquals("test.kind", lease.kind());
      assertEquals(Map.of("trace", "a\tb"), lease.headers());
      assertEquals(bed.clocks().clocks().wall().instant(), lease.enqueuedWall());
      assertEquals(1, lease.attempt());
      var bytes = "hello".length() + "trace\ta\\tb\n".length();
      assertEquals(List.of(new LaneStats(LANE, 0, 0, 1, 0, bytes, false, 0)), lanes(bed));
      assertEquals(new Settled.Done(), bed.settle(lease, Ack.plain()));
      assertEquals(List.of(new LaneStats(LANE, 0, 0, 0, 0, 0, false, 0)), lanes(bed));
      assertEquals(new Settled.Done(), bed.queue().await(added.id(), PATIENCE).orThrow());
    }
  }

  /** Q27 What is to wait for ever waits, and what may live for ever lives. */
  @Test
  default void forEverIsLong() throws Exception {
    var ever = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    try (var bed = open(QueueOptions.of("q").relaxed().dedupWindow(ever))) {
      bed.enqueue(
          LANE, "lives", TaskOptions.DEFAULTS.withTtl(ever, OnExpiry.DROP).withDedupKey("k"));
      bed.enqueue(LANE, "waits", TaskOptions.DEFAULTS.withWhen(new When.After(ever)));
      var lives = bed.queue().lease(9, ever).orThrow();
      assertEquals(List.of("lives"), QueueFixture.bodies(lives));
      bed.settle(lives.getFirst(), new Snooze(ever, "nothing to do yet"));
      assertEquals(List.of(), bed.leaseNow(9));
      bed.queue().cancel(TaskFilter.ALL, new Audit("ana", "enough")).orThrow();
      bed.enqueue(LANE, "done", TaskOptions.DEFAULTS.withDedupKey("once"));
      bed.settle(bed.lease(), Ack.plain());
      bed.pass(Duration.ofDays(1));
      assertInstanceOf(
          Enqueued.Duplicate.class,
          bed.enqueue(LANE, "again", TaskOptions.DEFAULTS.withDedupKey("once")));
    }
  }

  /** Q12 A settle with an old fence is Stale and applies nothing, its work included. */
  @Test
  default void anOldFenceSettlesNothing() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var old = bed.lease();
      bed.settle(old, new Release());
      var held = bed.lease();
      var work = new Ack(tx -> bed.queue().enqueueIn(tx, task(LANE, "never")));
      var stale = assertInstanceOf(Settled.Stale.class, bed.settle(old, work));
      assertEquals("error.taskqueue.lease_inactive", stale.why().code());
      assertEquals(0, bed.queue().stats().ready());
      assertTrue(held.fence() > old.fence());
      assertEquals(new Settled.Done(), bed.settle(held, Ack.plain()));
      assertInstanceOf(Settled.Stale.class, bed.settle(held, Ack.plain()));
    }
  }

  /** Q14 A silent worker loses its lease, charged; its heartbeats fail then. */
  @Test
  default void aSilentWorkerLosesItsLease() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var lease = bed.lease();
      bed.pass(Duration.ofSeconds(31));
      assertEquals("error.taskqueue.lease_inactive", error(bed.queue().heartbeat(lease)).code());
      assertInstanceOf(Settled.Stale.class, bed.settle(lease, Ack.plain()));
      var again = bed.lease();
      assertEquals(2, again.attempt());
      assertEquals("error.taskqueue.lease_expired", again.errors().getFirst().code());
    }
  }

  /** Q14, Q17 Who only carries a task to its handler loses it as any other, uncharged. */
  @Test
  default void aCarrierThatIsSilentIsNotCharged() throws Exception {
    try (var bed = open(QueueOptions.of("q").carrier())) {
      bed.enqueue("a");
      var lease = bed.lease();
      bed.pass(Duration.ofSeconds(31));
      assertInstanceOf(Settled.Stale.class, bed.settle(lease, Ack.plain()));
      assertEquals(1, bed.lease().attempt());
    }
  }

  /** Q14 Heartbeats hold a lease, until maxRun is over. */
  @Test
  default void heartbeatsHoldTheLeaseUntilMaxRun() throws Exception {
    var rules = QueueOptions.of("q").lease(Duration.ofSeconds(10), Duration.ofSeconds(30));
    try (var bed = open(rules)) {
      bed.enqueue("a");
      var lease = bed.lease();
      for (var i = 0; i < 4; i++) {
        bed.pass(Duration.ofSeconds(6));
        var left = Math.min(10, 30 - 6 * (i + 1));
        assertEquals(Result.ok(Duration.ofSeconds(left)), bed.queue().heartbeat(lease));
      }
      bed.pass(Duration.ofSeconds(6));
      assertEquals("error.taskqueue.lease_inactive", error(bed.queue().heartbeat(lease)).code());
    }
  }

  /** Q17 Charged attempts never exceed maxAttempts; the last failure moves the task. */
  @Test
  default void theLastFailureMovesTheTaskToTheDead() throws Exception {
    try (var bed = open(QueueOptions.of("q").maxAttempts(3))) {
      var id = bed.enqueue("a");
      for (var attempt = 1; attempt <= 2; attempt++) {
        var lease = bed.lease();
        assertEquals(attempt, lease.attempt());
        var settled = bed.settle(lease, new Retry(WHY, Duration.ZERO));
        assertEquals(attempt, assertInstanceOf(Settled.Requeued.class, settled).attempt());
        bed.pass(Duration.ofSeconds(1));
      }
      var last = bed.settle(bed.lease(), new Retry(WHY, Duration.ZERO));
      assertEquals(new Settled.Dead(1, Reason.EXHAUSTED), last);
      var shown = bed.queue().poison().show(1).orThrow().orElseThrow();
      assertEquals(id, shown.id());
      assertEquals("error.test", shown.code());
      assertEquals("it failed", shown.why());
      assertEquals(3, shown.attempts());
      assertEquals("a", shown.body().utf8());
      assertEquals(List.of(1, 2, 3), shown.errors().stream().map(AttemptError::attempt).toList());
      assertEquals(last, bed.queue().await(id, PATIENCE).orThrow());
      assertEquals(List.of(new LaneStats(LANE, 0, 0, 0, 1, 0, false, 0)), lanes(bed));
    }
  }

  /** Q18 Snooze and Release charge nothing and keep the place. */
  @Test
  default void snoozeAndReleaseChargeNothingAndKeepThePlace() throws Exception {
    try (var bed = open(QueueOptions.of("q").maxAttempts(2))) {
      bed.enqueue("a");
      bed.enqueue("b");
      for (var said :
          List.<Disposition>of(new Snooze(Duration.ofSeconds(1), "not now"), new Release())) {
        var lease = bed.lease();
        assertEquals("a", lease.value().utf8());
        assertEquals(1, lease.attempt());
        assertEquals(
            0, assertInstanceOf(Settled.Requeued.class, bed.settle(lease, said)).attempt());
        if (said instanceof Snooze) assertEquals(List.of(), bed.leaseNow(9), "the head holds");
        bed.pass(Duration.ofMillis(1_500));
      }
      assertEquals(List.of("a"), bed.leaseNow(9));
    }
  }

  /** Q19 An interrupted waiter strands no lease. */
  @Test
  default void anInterruptedWaiterStrandsNoLease() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      for (var round = 0; round < 50; round++) {
        var waiting = new FutureTask<>(() -> bed.queue().lease(1, PATIENCE).orThrow());
        var worker = Thread.ofVirtual().start(waiting);
        var adding = new FutureTask<>(() -> bed.enqueue("a"));
        Thread.ofVirtual().start(adding);
        worker.interrupt();
        adding.get();
        worker.join();
        var mine =
            waiting.state() == Future.State.SUCCESS ? waiting.resultNow() : List.<Lease<Bytes>>of();
        var lease = mine.isEmpty() ? bed.lease() : mine.getFirst();
        assertEquals(1, lease.attempt());
        bed.settle(lease, Ack.plain());
      }
      assertEquals(0, bed.queue().stats().leased());
    }
  }

  /** Q20 enqueueAll is all or none. */
  @Test
  default void enqueueAllIsAllOrNone() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var large = task(LANE, "x".repeat((1 << 20) + 1));
      var refused = bed.queue().enqueueAll(List.of(task(LANE, "a"), large));
      assertEquals("error.validation", error(refused).code());
      assertEquals(List.of(), bed.leaseNow(9));
      assertEquals(
          2, bed.queue().enqueueAll(List.of(task(LANE, "a"), task(LANE, "b"))).orThrow().size());
    }
  }

  /** Q20 enqueueIn commits or vanishes with its transaction; work that throws leaves the lease. */
  @Test
  default void enqueueInSharesItsTransactionsFate() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var lease = bed.lease();
      var thrown =
          bed.queue()
              .settle(
                  lease,
                  new Ack(
                      tx -> {
                        bed.queue().enqueueIn(tx, task(Lane.of("other"), "never"));
                        throw new IllegalStateException("the work failed");
                      }));
      assertEquals("error.store.op", error(thrown).code());
      assertEquals(0, bed.queue().stats().ready());
      assertTrue(bed.queue().heartbeat(lease).isOk(), "the lease is still valid");
      var work = new Ack(tx -> bed.queue().enqueueIn(tx, task(LANE, "next")));
      assertEquals(new Settled.Done(), bed.settle(lease, work));
      assertEquals(List.of("next"), bed.leaseNow(9));
    }
  }

  /** Q21 Of two enqueues with one key one is Accepted, the other Duplicate, within the window. */
  @Test
  default void aDedupKeyLivesAsLongAsItsTaskAndTheWindow() throws Exception {
    try (var bed = open(QueueOptions.of("q").dedupWindow(Duration.ofMinutes(1)))) {
      var keyed = TaskOptions.DEFAULTS.withDedupKey("order-7");
      var first = assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(LANE, "a", keyed)).id();
      assertEquals(new Enqueued.Duplicate(first), bed.enqueue(LANE, "b", keyed));
      assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(Lane.of("other"), "c", keyed));
      bed.settle(bed.run(LANE, 1).getFirst(), Ack.plain());
      bed.clocks().advance(Duration.ofSeconds(59));
      assertEquals(new Enqueued.Duplicate(first), bed.enqueue(LANE, "b", keyed));
      bed.clocks().advance(Duration.ofSeconds(1));
      assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(LANE, "b", keyed));
    }
  }

  /** Q12 What is canceled is gone, audited; its holder is stale, its dedup key free. */
  @Test
  default void whatIsCanceledIsGone() throws Exception {
    try (var bed = open(QueueOptions.of("q").dedupWindow(Duration.ofMinutes(1)))) {
      var keyed = TaskOptions.DEFAULTS.withDedupKey("order-7");
      bed.enqueue(LANE, "a", keyed);
      bed.enqueue("b");
      bed.enqueue(Lane.of("other"), "c");
      var lease = bed.run(LANE, 1).getFirst();
      var by = new Audit("ana", "wrong");
      assertEquals(
          "error.validation",
          error(bed.queue().cancel(TaskFilter.ALL, new Audit("ana", ""))).code());
      assertEquals(Result.ok(2), bed.queue().cancel(TaskFilter.ofLane(LANE.key()), by));
      assertInstanceOf(Settled.Stale.class, bed.settle(lease, Ack.plain()));
      assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(LANE, "again", keyed));
      assertEquals(List.of("again", "c"), bed.leaseNow(9));
      var job = bed.queue().poison().jobs(0, 9).orThrow().getFirst();
      assertEquals(List.of(Job.Kind.CANCEL, 2L, by), List.of(job.kind(), job.done(), job.by()));
      assertEquals("lane\teu/n2\nqueue\tq\n", job.what());
    }
  }

  /** Q27 Backoff follows the formula, and a floor holds. */
  @Test
  default void aRetriedTaskComesBackNoEarlierThanItsPause() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var id = bed.enqueue("a");
      bed.settle(bed.lease(), new Retry(WHY, Duration.ZERO));
      var pause = RetryPause.DEFAULTS.after(id.seq(), 1);
      bed.pass(pause.minusMillis(1));
      assertEquals(List.of(), bed.leaseNow(1));
      bed.pass(Duration.ofMillis(2));
      bed.settle(bed.lease(), new Retry(WHY, Duration.ofMinutes(1)));
      bed.pass(Duration.ofSeconds(59));
      assertEquals(List.of(), bed.leaseNow(1));
      bed.pass(Duration.ofSeconds(1));
      assertEquals(List.of("a"), bed.leaseNow(1));
    }
  }

  /** Q27 Delays and TTL follow the queue clock; At follows the wall clock. */
  @Test
  default void delaysFollowTheQueueClockAndAppointmentsTheWallClock() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      var hour = Duration.ofHours(1);
      var at = bed.clocks().clocks().wall().instant().plus(hour);
      bed.enqueue(LANE, "at", TaskOptions.DEFAULTS.withWhen(new When.At(at)));
      bed.enqueue(LANE, "after", TaskOptions.DEFAULTS.withWhen(new When.After(hour)));
      bed.enqueue(
          LANE, "short", TaskOptions.DEFAULTS.withTtl(Duration.ofMinutes(1), OnExpiry.POISON));
      bed.clocks().jumpWall(hour);
      bed.pass(Duration.ofSeconds(1));
      assertEquals(List.of("at", "short"), bed.leaseNow(9).stream().sorted().toList());
      bed.clocks().advance(hour.minusSeconds(1));
      bed.tick().now();
      assertTrue(bed.leaseNow(9).contains("after"));
    }
  }

  /** Q27 A task whose time is over is dead, or dropped, at the head and at its lease. */
  @Test
  default void aTaskWhoseTimeIsOverIsDeadOrDropped() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var life = Duration.ofSeconds(5);
      bed.enqueue(LANE, "a", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.POISON));
      bed.enqueue(LANE, "b", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.DROP));
      bed.enqueue("c");
      bed.pass(Duration.ofSeconds(11));
      assertEquals(List.of(new LaneStats(LANE, 1, 0, 0, 1, 1, false, 0)), lanes(bed));
      bed.enqueue(Lane.of("x"), "d", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.POISON));
      bed.clocks().advance(life);
      assertEquals(List.of("c"), bed.leaseNow(9));
      var dead = bed.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(
          List.of(Reason.EXPIRED, Reason.EXPIRED), dead.stream().map(DeadTask::reason).toList());
    }
  }

  @Test
  default void whoeverWaitsForATaskHearsOfItsEnd() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var id = bed.enqueue("a");
      assertEquals("error.timeout", error(bed.queue().await(id, Duration.ZERO)).code());
      var waiting = new FutureTask<>(() -> bed.queue().await(id, PATIENCE).orThrow());
      Thread.ofVirtual().start(waiting);
      bed.settle(bed.lease(), new Poison(WHY));
      assertEquals(new Settled.Dead(1, Reason.PERMANENT), waiting.get());
    }
  }

  @Test
  default void aWaitingWorkerGetsTheTaskThatComes() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var waiting = new FutureTask<>(() -> bed.lease().value().utf8());
      Thread.ofVirtual().start(waiting);
      bed.enqueue("a");
      assertEquals("a", waiting.get());
    }
  }

  @Test
  default void aClosedQueueRefusesAndSendsItsWorkersHome() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var waiting = new FutureTask<>(() -> bed.queue().lease(1, PATIENCE));
      var worker = Thread.ofVirtual().start(waiting);
      Bed.awaitParked(worker);
      bed.queue().close();
      bed.queue().close();
      assertEquals(Result.ok(List.of()), waiting.get());
      assertTrue(bed.queue().isOver());
      var disposed = "error.taskqueue.disposed";
      assertEquals(disposed, error(bed.queue().enqueue(task(LANE, "a"))).code());
      assertEquals(disposed, error(bed.queue().lease(1, Duration.ZERO)).code());
      var by = new Audit("ana", "wrong");
      assertEquals(disposed, error(bed.queue().cancel(TaskFilter.ALL, by)).code());
    }
  }

  private static List<LaneStats> lanes(Bed bed) {
    return bed.queue().stats().lanes();
  }
}
