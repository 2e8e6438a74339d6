package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.api.Result;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lease state machine, one rule a test: Q12, Q17–Q20, Q22, Q24, Q31. */
class SafeTaskQueueTest {
  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  @Test
  void aTaskGoesFromEnqueueToGone() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      // given a task with headers
      var spec =
          new TaskSpec<>(
              LANE,
              "test.kind",
              Bytes.utf8("hello"),
              TaskOptions.DEFAULTS.withHeaders(Map.of("trace", "a\tb\nc\\")));
      var added =
          assertInstanceOf(Enqueued.Accepted.class, fixture.queue().enqueue(spec).orThrow());
      // when it is leased
      var lease = fixture.lease();
      // then all of it is there
      assertEquals(added.id(), lease.id());
      assertEquals(added.token(), lease.token());
      assertEquals("hello", lease.value().utf8());
      assertEquals("test.kind", lease.kind());
      assertEquals(Map.of("trace", "a\tb\nc\\"), lease.headers());
      assertEquals(1, lease.attempt());
      var bytes = "hello".length() + "trace\ta\\tb\\nc\\\\\n".length();
      assertEquals(new LaneStats(LANE, 0, 0, 1, 0, bytes, false, 0), stats(fixture));
      // and when it is acknowledged, it is gone
      assertEquals(new Settled.Done(), fixture.queue().settle(lease, Ack.plain()).orThrow());
      assertEquals(new LaneStats(LANE, 0, 0, 0, 0, 0, false, 0), stats(fixture));
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
      assertEquals(new Settled.Done(), fixture.queue().await(added.id(), PATIENCE).orThrow());
    }
  }

  @Test
  void aLargeBodyLeavesTheRowAndComesBack() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var body = "x".repeat(100_000);
      fixture.enqueue(body);
      assertEquals(1, fixture.number("SELECT count(*) FROM task_blob"));
      var lease = fixture.lease();
      assertEquals(body, lease.value().utf8());
      fixture.queue().settle(lease, Ack.plain()).orThrow();
      assertEquals(0, fixture.number("SELECT count(*) FROM task_blob"));
    }
  }

  /** Q12 A settle with an old fence is Stale, applies nothing (its TxWork included). */
  @Test
  void anOldFenceSettlesNothing() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      // given a lease that was released and taken by someone else
      var old = fixture.lease();
      fixture.queue().settle(old, new Release()).orThrow();
      var held = fixture.lease();
      // when the first holder acknowledges with work
      var work = new Ack(tx -> tx.update("CREATE TABLE app_done (a)"));
      var settled = fixture.queue().settle(old, work).orThrow();
      // then nothing of it is applied, and the second holder is undisturbed
      var stale = assertInstanceOf(Settled.Stale.class, settled);
      assertEquals("error.taskqueue.lease_inactive", stale.why().code());
      assertEquals(0, fixture.number("SELECT count(*) FROM sqlite_schema WHERE name = 'app_done'"));
      assertTrue(held.fence() > old.fence());
      assertEquals(new Settled.Done(), fixture.queue().settle(held, Ack.plain()).orThrow());
      assertInstanceOf(Settled.Stale.class, fixture.queue().settle(held, Ack.plain()).orThrow());
    }
  }

  /** Q12 A foreign hand in the file shows up as Stale, and the task is leased anew. */
  @Test
  void aLeaseRemovedByAForeignHandIsStale() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      var lease = fixture.lease();
      fixture.store().submit(Op.record("foreign", tx -> tx.update("DELETE FROM lease"))).orThrow();
      assertInstanceOf(Settled.Stale.class, fixture.queue().settle(lease, Ack.plain()).orThrow());
      assertEquals("a", fixture.lease().value().utf8());
    }
  }

  /** Q17 Charged attempts never exceed maxAttempts; the last failure moves the task. */
  @Test
  void theLastFailureMovesTheTaskToTheDead() throws Exception {
    try (var fixture = open(QueueOptions.of("q").maxAttempts(3).poisonQueue("graveyard"))) {
      // given a task that fails whenever it is tried
      var id = fixture.enqueue("a");
      for (var attempt = 1; attempt <= 2; attempt++) {
        var lease = fixture.lease();
        assertEquals(attempt, lease.attempt());
        assertEquals(attempt - 1, lease.errors().size());
        var settled = fixture.queue().settle(lease, new Retry(WHY, Duration.ZERO)).orThrow();
        assertEquals(attempt, assertInstanceOf(Settled.Requeued.class, settled).attempt());
        fixture.pass(clocks, Duration.ofSeconds(1));
      }
      // when it fails for the last time
      var settled =
          fixture.queue().settle(fixture.lease(), new Retry(WHY, Duration.ZERO)).orThrow();
      // then it is among the dead of that name, with reason, code, words and history
      var dead = assertInstanceOf(Settled.Dead.class, settled);
      assertEquals(Reason.EXHAUSTED, dead.reason());
      var shown = fixture.queue().poison().show(dead.did()).orThrow().orElseThrow();
      assertEquals(id, shown.id());
      assertEquals("error.test", shown.code());
      assertEquals("it failed", shown.why());
      assertEquals(3, shown.attempts());
      assertEquals("a", shown.body().utf8());
      assertEquals(List.of(1, 2, 3), shown.errors().stream().map(AttemptError::attempt).toList());
      assertEquals(
          1, fixture.number("SELECT count(*) FROM dead WHERE poison = 'graveyard' AND reason = 1"));
      assertEquals(new LaneStats(LANE, 0, 0, 0, 1, 0, false, 0), stats(fixture));
      assertEquals(dead, fixture.queue().await(id, PATIENCE).orThrow());
    }
  }

  @Test
  void poisonIsDeadAtOnce() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      var settled = fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      assertEquals(Reason.PERMANENT, assertInstanceOf(Settled.Dead.class, settled).reason());
      assertEquals(List.of("b"), fixture.leaseNow(1));
    }
  }

  @Test
  void aRetriedTaskComesBackNoEarlierThanItsBackoff() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var id = fixture.enqueue("a");
      fixture.queue().settle(fixture.lease(), new Retry(WHY, Duration.ZERO)).orThrow();
      var pause = RetryPause.DEFAULTS.after(id.seq(), 1);
      fixture.pass(clocks, pause.minusMillis(1));
      assertEquals(List.of(), fixture.leaseNow(1));
      fixture.pass(clocks, Duration.ofMillis(2));
      assertEquals(List.of("a"), fixture.leaseNow(1));
    }
  }

  @Test
  void theBackoffFollowsTheFormula() {
    var pause = new RetryPause(Duration.ofMillis(200), Duration.ofSeconds(5));
    for (var n = 1; n <= 12; n++) {
      var d = Math.min(5_000, 200 << (n - 1));
      for (var seq = 1L; seq < 200; seq++) {
        var got = pause.after(seq, n).toMillis();
        assertTrue(got >= d / 2 && got <= d, n + ": " + got + " of " + d);
        assertEquals(pause.after(seq, n), pause.after(seq, n));
      }
    }
    var distinct = IntStream.range(0, 100).mapToObj(seq -> pause.after(seq, 5)).distinct().count();
    assertTrue(distinct > 90, "jitter spreads: " + distinct);
  }

  /** Q18 Snooze and Release charge nothing and keep the place in the lane. */
  @Test
  void snoozeAndReleaseChargeNothingAndKeepThePlace() throws Exception {
    try (var fixture = open(QueueOptions.of("q").maxAttempts(2))) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      for (var round = 0; round < 3; round++) {
        var lease = fixture.lease();
        assertEquals("a", lease.value().utf8());
        assertEquals(1, lease.attempt());
        Disposition said =
            round % 2 == 0 ? new Snooze(Duration.ofSeconds(1), "not now") : new Release();
        fixture.queue().settle(lease, said).orThrow();
        if (round % 2 == 0) assertEquals(List.of(), fixture.leaseNow(1), "the head holds its lane");
        fixture.pass(clocks, Duration.ofMillis(1_500));
      }
      assertEquals(1, fixture.lease().attempt());
    }
  }

  @Test
  void aTaskWhoseTimeIsOverIsDeadOrDropped() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var short1 = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(5), OnExpiry.POISON);
      var short2 = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(5), OnExpiry.DROP);
      fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8("a"), short1)).orThrow();
      fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8("b"), short2)).orThrow();
      fixture.enqueue("c");
      // when nobody leases until their time is over, the sweeper finds them at the head
      fixture.pass(clocks, Duration.ofSeconds(11));
      assertEquals(new LaneStats(LANE, 1, 0, 0, 1, 1, false, 0), stats(fixture));
      assertEquals(1, fixture.number("SELECT count(*) FROM dead WHERE reason = 4"));
      assertEquals(List.of("c"), fixture.leaseNow(5));
    }
  }

  /** Q31 A body failing CRC is dead CORRUPT and its lane goes on. */
  @Test
  void aCorruptBodyIsDeadAndItsLaneGoesOn() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var bad = fixture.enqueue("a");
      fixture.enqueue("b");
      fixture
          .store()
          .submit(
              Op.record(
                  "flip", tx -> tx.update("UPDATE task SET body = x'FF' WHERE seq = ?", bad.seq())))
          .orThrow();
      assertEquals(List.of("b"), fixture.leaseNow(5));
      assertEquals(1, fixture.number("SELECT count(*) FROM dead WHERE reason = 5"));
      assertEquals(
          Reason.CORRUPT,
          fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow().getFirst().reason());
    }
  }

  /**
   * Q24 A paused queue or lane leases nothing; the pause survives a restart and names its actor.
   */
  @Test
  void aPauseHoldsAcrossARestart() throws Exception {
    var by = new Audit("ana", "maintenance");
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      fixture.queue().pause(new Target.OneLane(LANE), by).orThrow();
      assertEquals(List.of(), fixture.leaseNow(1));
    }
    try (var fixture = open(QueueOptions.of("q"))) {
      assertEquals(List.of(), fixture.leaseNow(1));
      assertEquals(
          Result.ok(List.of("paused by ana")),
          fixture.store().read(r -> r.query("SELECT state FROM v_lanes", row -> row.getString(1))));
      fixture.queue().pause(new Target.Queue(), by).orThrow();
      fixture.queue().resume(new Target.OneLane(LANE), by).orThrow();
      assertEquals(List.of(), fixture.leaseNow(1));
      assertTrue(fixture.queue().stats().paused());
      // and a worker that waits gets its task when the pause ends
      var waiting = new FutureTask<>(() -> fixture.queue().lease(1, PATIENCE).orThrow());
      Thread.ofVirtual().start(waiting);
      fixture.queue().resume(new Target.Queue(), by).orThrow();
      assertEquals(List.of("a"), bodies(waiting.get()));
    }
  }

  /** Q19 An interrupted waiter strands no lease. */
  @Test
  void anInterruptedWaiterStrandsNoLease() throws Exception {
    try (var fixture = open(QueueOptions.of("q").relaxed())) {
      for (var round = 0; round < 200; round++) {
        // given a worker that is interrupted while a task may be on its way to it
        var waiting = new FutureTask<>(() -> fixture.queue().lease(1, PATIENCE).orThrow());
        var worker = Thread.ofVirtual().start(waiting);
        var enqueuer = Thread.ofVirtual().start(() -> enqueueQuietly(fixture));
        worker.interrupt();
        enqueuer.join();
        worker.join();
        // then another worker gets it, or the first one has it
        var mine =
            waiting.state() == java.util.concurrent.Future.State.SUCCESS
                ? waiting.resultNow()
                : List.<Lease<Bytes>>of();
        var lease = mine.isEmpty() ? fixture.lease() : mine.getFirst();
        assertEquals(1, lease.attempt());
        fixture.queue().settle(lease, Ack.plain()).orThrow();
      }
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
    }
  }

  @Test
  void theDeadComeBackWithTheSameNameAndHistory() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var id = fixture.enqueue("a");
      var lease = fixture.lease();
      fixture.queue().settle(lease, new Poison(WHY)).orThrow();
      fixture.enqueue("b");
      assertThrows(
          IllegalArgumentException.class, () -> new Audit(" ", "because"), "an actor is named");
      var unnamed = fixture.queue().poison().redrive(PoisonFilter.ALL, new Audit("ana", ""));
      assertEquals("error.validation", error(unnamed).code());
      // when it is redriven
      var by = new Audit("ana", "handler mended");
      assertEquals(Result.ok(1), fixture.queue().poison().redrive(PoisonFilter.ALL, by));
      // then it is at the tail, with number, token, origin and history, and fresh attempts
      fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
      var again = fixture.lease();
      assertEquals(id, again.id());
      assertEquals(lease.token(), again.token());
      assertEquals(lease.origin(), again.origin());
      assertEquals(1, again.attempt());
      assertEquals(1, again.errors().size());
      assertEquals(0, fixture.queue().stats().dead());
    }
  }

  @Test
  void aClosedQueueRefuses() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.queue().close();
      fixture.queue().close();
      assertEquals(
          "error.taskqueue.disposed", error(fixture.queue().enqueue(task(LANE, "a"))).code());
      assertEquals(
          "error.taskqueue.disposed", error(fixture.queue().lease(1, Duration.ZERO)).code());
    }
  }

  private static void enqueueQuietly(QueueFixture fixture) {
    try {
      fixture.enqueue("a");
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private QueueFixture open(QueueOptions options) throws InterruptedException {
    return QueueFixture.open(directory, options, clocks);
  }

  private static LaneStats stats(QueueFixture fixture) {
    return fixture.queue().stats().lanes().getFirst();
  }
}
