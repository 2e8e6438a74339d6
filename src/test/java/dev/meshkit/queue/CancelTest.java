package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is canceled is gone, audited and counted; what operators pause stays so: Q11, Q12, Q24. */
class CancelTest {
  private static final Audit BY = new Audit("ana", "no longer wanted");

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  /** Q12 Whoever held a canceled task settles nothing, and its lane goes on. */
  @Test
  void aCanceledLeaseIsStaleAndItsLaneGoesOn() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var first = fixture.enqueue("a");
      fixture.enqueue("b");
      var lease = fixture.lease();
      var ending = new FutureTask<>(() -> fixture.queue().await(first, PATIENCE).orThrow());
      Thread.ofVirtual().start(ending);
      assertEquals(Result.ok(1), fixture.queue().cancel(TaskFilter.one(first), BY));
      assertEquals(
          "error.taskqueue.lease_inactive", error(fixture.queue().heartbeat(lease)).code());
      var work = new Ack(tx -> tx.update("CREATE TABLE app_done (a)"));
      assertInstanceOf(Settled.Stale.class, fixture.queue().settle(lease, work).orThrow());
      assertEquals(0, fixture.number("SELECT count(*) FROM sqlite_schema WHERE name = 'app_done'"));
      assertEquals(0, fixture.number("SELECT count(*) FROM lease"));
      assertEquals(List.of("b"), fixture.leaseNow(5));
      assertEquals(
          List.of(new LaneStats(LANE, 0, 0, 1, 0, 1, false, 0)), fixture.queue().stats().lanes());
      assertTrue(ending.get() instanceof Settled.Dead || ending.get() instanceof Settled.Done);
    }
  }

  /** One that someone waits for ended by an operator's word: it was not done. */
  @Test
  void whoeverWaitsForACanceledTaskHearsThatAnOperatorEndedIt() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var id = fixture.enqueue("a");
      var ending = new FutureTask<>(() -> fixture.queue().await(id, PATIENCE).orThrow());
      var waiter = Thread.ofVirtual().start(ending);
      while (waiter.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
      fixture.queue().cancel(TaskFilter.ALL, BY).orThrow();
      assertEquals(new Settled.Dead(0, Reason.OPERATOR), ending.get());
      assertEquals(0, fixture.number("SELECT count(*) FROM dead"));
    }
  }

  /** Q11 Counters follow; the filter names what goes, and only in its queue. */
  @Test
  void onlyWhatTheFilterNamesGoes() throws Exception {
    try (var fixture = open(QueueOptions.of("q").relaxed());
        var other =
            DurableQueue.open(fixture.store(), QueueOptions.of("r"), TaskCodec.BYTES).orThrow()) {
      other.enqueue(task(LANE, "theirs")).orThrow();
      var later = TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofHours(1)));
      for (var key : List.of("x", "y")) {
        fixture.enqueue(Lane.of(key), key + "1");
        var spec = task(Lane.of(key), key + "2");
        fixture
            .queue()
            .enqueue(new TaskSpec<>(spec.lane(), "other.kind", spec.value(), later))
            .orThrow();
      }
      assertEquals(Result.ok(1), fixture.queue().cancel(new TaskFilter(0, "other.kind", "x"), BY));
      assertEquals(Result.ok(2), fixture.queue().cancel(TaskFilter.ofLane("y"), BY));
      assertEquals(Result.ok(0), fixture.queue().cancel(TaskFilter.ofKind("other.kind"), BY));
      assertEquals(List.of("x1"), fixture.leaseNow(9));
      assertEquals(1, other.stats().ready());
      assertEquals(0, fixture.queue().stats().delayed());
      assertEquals(2, fixture.number("SELECT count(*) FROM task"));
      var settled =
          fixture
              .store()
              .meters()
              .scrape()
              .lines()
              .filter(l -> l.contains("\"CANCELED\""))
              .toList();
      assertEquals(1, settled.size());
      assertTrue(settled.getFirst().endsWith(" 3.0"), settled::toString);
    }
  }

  @Test
  void manyGoInChunksAndTheAuditSaysSo() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      var tasks = IntStream.range(0, 300).mapToObj(i -> task(LANE, "t" + i)).toList();
      fixture.queue().enqueueAll(tasks).orThrow();
      assertEquals(
          "error.validation",
          error(fixture.queue().cancel(TaskFilter.ALL, new Audit("ana", " "))).code());
      assertEquals(Result.ok(300), fixture.queue().cancel(TaskFilter.ALL, BY));
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
      var job = fixture.queue().poison().jobs(0, 9).orThrow().getLast();
      assertEquals(Job.Kind.CANCEL, job.kind());
      assertEquals(300, job.done());
      assertEquals(BY, job.by());
      assertEquals(Job.State.DONE, job.state());
    }
  }

  @Test
  void whatACrashInterruptsGoesOnAtTheNextStart() throws Exception {
    long id;
    try (var fixture = open(QueueOptions.of("q"))) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      var what = new CancelSpec("q", TaskFilter.ofKind("test.kind")).text();
      var left = new Job(0, Job.Kind.CANCEL, what, 0, Job.State.RUNNING, BY, Instant.EPOCH);
      id =
          fixture
              .store()
              .submit(
                  Op.record(
                      "left",
                      tx -> {
                        var upTo = Cancelling.span(tx, TaskFilter.ALL).upTo();
                        return JobTable.add(tx, new JobTable.Row(left, 0, upTo - 1));
                      }))
              .orThrow();
    }
    try (var fixture = open(QueueOptions.of("q"))) {
      var job = fixture.queue().poison().await(id, PATIENCE).orThrow();
      assertEquals(Job.State.DONE, job.state());
      assertEquals(2, job.done());
      assertEquals(List.of("c"), fixture.leaseNow(9));
    }
  }

  /** Q24 A paused key leases nothing in any class, across a restart, and names its actor. */
  @Test
  void aPausedKeyHoldsAllItsLanesAcrossARestart() throws Exception {
    var state = new Lane("eu/n2", TrafficClass.STATE);
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue(LANE, "a");
      fixture.enqueue(Lane.of("eu/n3"), "c");
      fixture.queue().pause(new Target.Key("eu/n2"), BY).orThrow();
    }
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue(state, "b"); // the first of its lane
      assertEquals(List.of("c"), fixture.leaseNow(9));
      assertEquals(
          2,
          fixture.number(
              "SELECT count(*) FROM v_lanes WHERE state = 'paused by ana' AND ready = 1"));
      var audited = fixture.queue().poison().jobs(0, 9).orThrow().getFirst();
      assertEquals("key\teu/n2\nqueue\tq\n", audited.what());
      fixture.queue().resume(new Target.Key("eu/n2"), BY).orThrow();
      assertEquals(List.of("b", "a"), bodies(fixture.queue().lease(9, PATIENCE).orThrow()));
    }
  }

  private QueueFixture open(QueueOptions options) throws InterruptedException {
    return QueueFixture.open(directory, options, clocks);
  }
}
