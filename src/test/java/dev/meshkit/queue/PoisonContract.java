package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Q41 What every queue promises of its dead: Q29–Q31. */
interface PoisonContract {
  Audit BY = new Audit("ana", "handler mended");

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q29 A reader sees every dead task, in order, until it advances; others do not notice. */
  @Test
  default void readersGoTheirOwnWay() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var poison = bed.queue().poison();
      for (var body : List.of("a", "b")) bed.kill(body);
      assertEquals(List.of("a", "b"), took(bed, "audit"));
      assertEquals(List.of("a", "b"), took(bed, "audit"), "it has not advanced");
      poison.advance("audit", 1).orThrow();
      assertEquals(List.of("b"), took(bed, "audit"));
      poison.advance("audit", 2).orThrow();
      poison.advance("audit", 1).orThrow();
      assertEquals(List.of(), took(bed, "audit"), "it never goes back");
      assertEquals(List.of("a", "b"), took(bed, "mail"));
      assertEquals("error.validation", error(poison.advance("audit", 3)).code());
      assertEquals("error.validation", error(poison.take("no name", Duration.ZERO)).code());
      var waiting = new FutureTask<>(() -> poison.take("audit", PATIENCE).orThrow());
      Thread.ofVirtual().start(waiting);
      bed.kill("c");
      assertEquals("c", waiting.get().getFirst().body().utf8());
      assertEquals(Result.ok(true), poison.forget("audit"));
      assertEquals(List.of("a", "b", "c"), took(bed, "audit"));
    }
  }

  private static List<String> took(Bed bed, String reader) throws InterruptedException {
    return bed.queue().poison().take(reader, Duration.ZERO).orThrow().stream()
        .map(dead -> dead.body().utf8())
        .toList();
  }

  /** Q30 The same number, token, number in the lane and history; fresh attempts; at the tail. */
  @Test
  default void theDeadComeBackAsTheyWere() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var before = bed.lease();
      bed.settle(before, new Poison(WHY));
      bed.enqueue("b");
      assertEquals(Result.ok(1), bed.queue().poison().redrive(PoisonFilter.ALL, BY));
      var run = bed.run(LANE, 9);
      assertEquals(List.of("b", "a"), bodies(run));
      var again = run.getLast();
      assertEquals(before.id(), again.id());
      assertEquals(before.token(), again.token());
      assertEquals(before.origin(), again.origin());
      assertEquals(1, again.attempt());
      assertEquals(1, again.errors().size());
      assertEquals(0, bed.queue().stats().dead());
    }
  }

  /** Q30 At the head they come first, in the order of their deaths; the newest if not all. */
  @Test
  default void atTheHeadTheyComeFirstAndInOrder() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      for (var body : List.of("a", "b", "c")) bed.kill(body);
      bed.enqueue("d");
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS.atHead().withMax(2));
      assertEquals(List.of("b", "c", "d"), bodies(bed.run(LANE, 9)));
      assertEquals(1, bed.queue().stats().dead());
    }
  }

  /** Q30 To another lane, as another task, and only what the filter names. */
  @Test
  default void theyGoWhereAndAsWhatIsAskedFor() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var before = bed.lease();
      bed.settle(before, new Poison(WHY));
      bed.kill("b");
      redriven(bed, PoisonFilter.one(1), RedriveOptions.DEFAULTS.withLane("eu/n3").renamed());
      var moved = bed.lease();
      assertEquals(Lane.of("eu/n3"), moved.lane());
      assertNotEquals(before.id(), moved.id());
      assertNotEquals(before.token(), moved.token());
      assertEquals(List.of("b"), listed(bed));
    }
  }

  private static void redriven(Bed bed, PoisonFilter filter, RedriveOptions how)
      throws InterruptedException {
    var job = bed.queue().poison().redrive(filter, how, BY).orThrow();
    assertEquals(Job.State.DONE, bed.queue().poison().await(job.id(), PATIENCE).orThrow().state());
  }

  private static List<String> listed(Bed bed) throws InterruptedException {
    var poison = bed.queue().poison();
    var bodies = new java.util.ArrayList<String>();
    for (var dead : poison.list(PoisonFilter.ALL, 0, 99).orThrow())
      bodies.add(poison.show(dead.did()).orThrow().orElseThrow().body().utf8());
    return bodies;
  }

  /** Q30 Dry-run changes nothing; purge and redrive need a reason; what is purged is gone. */
  @Test
  default void aPurgeNeedsAReasonAndADryRunChangesNothing() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var poison = bed.queue().poison();
      for (var body : List.of("a", "b")) bed.kill(body);
      var nobody = new Audit("ana", " ");
      assertEquals("error.validation", error(poison.purge(PoisonFilter.ALL, false, nobody)).code());
      assertEquals("error.validation", error(poison.redrive(PoisonFilter.ALL, nobody)).code());
      var would = poison.redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.tried(), BY).orThrow();
      assertEquals(List.of(0L, 2L), List.of(would.id(), would.done()));
      assertEquals(2, poison.purge(PoisonFilter.ALL, true, BY).orThrow().done());
      assertEquals(List.of("a", "b"), listed(bed));
      var job = poison.purge(PoisonFilter.one(1), false, BY).orThrow();
      assertEquals(1, poison.await(job.id(), PATIENCE).orThrow().done());
      assertEquals(List.of("b"), listed(bed));
      assertEquals(
          List.of(Job.Kind.PURGE), poison.jobs(0, 9).orThrow().stream().map(Job::kind).toList());
      assertEquals("error.not_found", error(poison.await(99, Duration.ZERO)).code());
    }
  }

  /** Q30 Not past redrives.max, nor what its receiver forgot, except as new. */
  @Test
  default void someStayDead() throws Exception {
    var keep = new QueueOptions.Retention(Duration.ofDays(1), 99, 1 << 20, 1);
    try (var bed = open(QueueOptions.of("q").retention(keep))) {
      var poison = bed.queue().poison();
      bed.kill("a");
      assertEquals(Result.ok(1), poison.redrive(PoisonFilter.ALL, BY));
      bed.settle(bed.lease(), new Poison(WHY));
      assertEquals(Result.ok(0), poison.redrive(PoisonFilter.ALL, BY));
      bed.enqueue("b");
      var forgotten =
          MeshError.of(
              "error.inbox.forgotten", "sending", "too old", "none", MeshError.Retry.NEVER);
      bed.settle(bed.lease(), new Poison(forgotten));
      assertEquals(Result.ok(0), poison.redrive(PoisonFilter.ALL, BY));
      // and it can be asked how many, of all or some
      bed.kill("c");
      var how = RedriveOptions.DEFAULTS;
      assertEquals(Result.ok(2L), poison.staying(PoisonFilter.ALL, how));
      assertEquals(Result.ok(1L), poison.staying(PoisonFilter.ALL, how.renamed()));
      assertEquals(Result.ok(1L), poison.staying(PoisonFilter.one(3), how));
      assertEquals(Result.ok(0L), poison.staying(PoisonFilter.one(4), how));
      assertEquals(1, would(bed, how));
      assertEquals(1, poison.purge(PoisonFilter.one(4), true, BY).orThrow().done());
      var purge = poison.purge(PoisonFilter.one(4), false, BY).orThrow();
      assertEquals(1, poison.await(purge.id(), PATIENCE).orThrow().done());
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed());
      assertEquals(List.of("b"), bed.leaseNow(9));
    }
  }

  /**
   * Q30, Q33 What was sent may have been applied though no receipt came, and its receiver knows it
   * again for ten days here: brought back, it lives no longer, and not at all after that.
   */
  @Test
  default void whatItsReceiverMayHaveForgottenStaysDead() throws Exception {
    try (var bed = open(QueueOptions.of("q").retention(knownFor(10)))) {
      // given one that comes back after four days of the ten, which leaves six
      bed.kill("a");
      bed.clocks().advance(Duration.ofDays(4));
      assertEquals(Result.ok(1), bed.queue().poison().redrive(PoisonFilter.ALL, BY));
      bed.clocks().advance(Duration.ofDays(6).minusSeconds(1));
      bed.settle(bed.lease(), new Release());
      // when they are over, it is not sent any more, nor comes back, whatever the wall clock says
      bed.clocks().advance(Duration.ofSeconds(1));
      assertEquals(List.of(), bed.leaseNow(9));
      assertEquals(List.of("a"), listed(bed));
      bed.clocks().jumpWall(Duration.ofDays(-3));
      assertEquals(0, would(bed, RedriveOptions.DEFAULTS));
      assertEquals(0, would(bed, RedriveOptions.DEFAULTS.withLane(LANE.key())));
      assertEquals(Result.ok(0), bed.queue().poison().redrive(PoisonFilter.ALL, BY));
      // but elsewhere, where nobody has had it
      assertEquals(1, would(bed, RedriveOptions.DEFAULTS.withLane("eu/n3")));
      bed.clocks().jumpWall(Duration.ofDays(3));
      // and as another, of which all begins anew
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed());
      bed.clocks().advance(Duration.ofDays(7).minusSeconds(1));
      bed.settle(bed.lease(), new Poison(WHY));
      assertEquals(1, would(bed, RedriveOptions.DEFAULTS));
    }
  }

  /**
   * Q33 So has what is alive and was sent, whatever is left of its time to live: the queue clock
   * stands still while the host sleeps, and the wall clock may be set back.
   */
  @Test
  default void whatItsReceiverMayHaveForgottenIsHandedOutNoMore() throws Exception {
    var days = Duration.ofDays(10);
    var waits = TaskOptions.DEFAULTS.withTtl(Duration.ofDays(16), OnExpiry.POISON);
    List<Consumer<QueueFixture.ManualClocks>> sleeps =
        List.of(
            clocks -> clocks.jumpWall(Duration.ofMillis(1)),
            clocks -> {
              clocks.jumpWall(days.negated());
              clocks.advance(days);
            });
    for (var sleep : sleeps) {
      try (var bed = open(QueueOptions.of("q").retention(knownFor(10)))) {
        // given one that was sent, and another behind it that was not
        bed.enqueue(LANE, "sent", waits);
        bed.settle(bed.lease(), new Release());
        bed.enqueue(LANE, "new", waits);
        // when the host has slept for as long as it is known, it is sent again
        bed.clocks().jumpWall(days.minusMillis(1));
        var again = bed.lease();
        assertEquals("sent", again.value().utf8());
        bed.settle(again, new Release());
        // and when it has slept for longer, it is dead, and all goes on behind it
        sleep.accept(bed.clocks());
        assertEquals(List.of("new"), bed.leaseNow(9));
        var dead = bed.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow().getFirst();
        assertEquals(again.id(), dead.id());
        assertEquals(Reason.FORGOTTEN, dead.reason());
        assertEquals("error.taskqueue.forgotten", dead.code());
        assertEquals(
            Result.ok(new Settled.Dead(dead.did(), Reason.FORGOTTEN)),
            bed.queue().await(again.id(), Duration.ZERO));
        assertEquals(0, would(bed, RedriveOptions.DEFAULTS));
        assertEquals(1, would(bed, RedriveOptions.DEFAULTS.renamed()));
      }
    }
  }

  /** What is to be dropped when its time is over is dropped then, too. */
  @Test
  default void whatIsToBeDroppedIsDroppedWhenItsReceiverMayHaveForgottenIt() throws Exception {
    try (var bed = open(QueueOptions.of("q").retention(knownFor(10)))) {
      bed.enqueue(LANE, "state", TaskOptions.DEFAULTS.withTtl(Duration.ofDays(1), OnExpiry.DROP));
      bed.settle(bed.lease(), new Release());
      bed.clocks().jumpWall(Duration.ofDays(10));
      assertEquals(List.of(), bed.leaseNow(9));
      var stats = bed.queue().stats();
      assertEquals(List.of(0L, 0L), List.of(stats.ready(), stats.dead()));
    }
  }

  /** Q30 Elsewhere all begins anew, for nobody there has had it: also the time that it is known. */
  @Test
  default void whatGoesElsewhereIsKnownThereFromThenOn() throws Exception {
    try (var bed = open(QueueOptions.of("q").retention(knownFor(10)))) {
      bed.kill("a");
      bed.clocks().advance(Duration.ofDays(9));
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS.withLane("eu/n3"));
      bed.settle(bed.lease(), new Release());
      bed.clocks().advance(Duration.ofDays(6));
      bed.settle(bed.lease(), new Poison(WHY));
      bed.clocks().advance(Duration.ofDays(4).minusMillis(1));
      assertEquals(1, would(bed, RedriveOptions.DEFAULTS));
      bed.clocks().advance(Duration.ofMillis(1));
      assertEquals(0, would(bed, RedriveOptions.DEFAULTS));
    }
  }

  /** Q30 What was never sent is new to its receiver, however long it lay. */
  @Test
  default void whatWasNeverSentComesBackForAsLongAsAnyOther() throws Exception {
    try (var bed = open(QueueOptions.of("q").retention(knownFor(10)))) {
      bed.enqueue("a");
      bed.clocks().advance(Duration.ofDays(20));
      assertEquals(List.of(), bed.leaseNow(9));
      assertEquals(Result.ok(1), bed.queue().poison().redrive(PoisonFilter.ALL, BY));
      bed.clocks().advance(Duration.ofDays(7).minusSeconds(1));
      assertEquals(List.of("a"), bed.leaseNow(9));
    }
  }

  /** Retention of what receivers know for so many days. */
  private static QueueOptions.Retention knownFor(long days) {
    return new QueueOptions.Retention(Duration.ofDays(99), 99, 1 << 20, 9, Duration.ofDays(days));
  }

  private static long would(Bed bed, RedriveOptions how) throws InterruptedException {
    return bed.queue().poison().redrive(PoisonFilter.ALL, how.tried(), BY).orThrow().done();
  }

  /**
   * Q30, Q31 Who asks only after a dead task was removed, by the retention in the transaction of
   * its own death or of another, by a purge, or because it came back as another, hears that it died
   * and not that it was acknowledged; of one that came back as itself, how it ended then.
   */
  @Test
  default void whatDiedIsNotTakenForAcknowledgedOnceItIsRemoved() throws Exception {
    var age = Duration.ofHours(10);
    try (var bed = open(QueueOptions.of("q").retention(kept(age, 1, 2)))) {
      var first = died(bed, "a");
      var second = died(bed, "b");
      var large = died(bed, "too much");
      assertEquals(List.of(), listed(bed));
      for (var one : List.of(first, second, large)) {
        var did = List.of(first, second, large).indexOf(one) + 1;
        assertEquals(Result.ok(new Settled.Dead(did, Reason.PERMANENT)), ended(bed, one));
      }
      var old = died(bed, "c");
      bed.clocks().advance(age.plusHours(2));
      bed.tick().now();
      assertEquals(List.of(), listed(bed));
      assertEquals(Result.ok(new Settled.Dead(4, Reason.PERMANENT)), ended(bed, old));
    }
    try (var bed = open(QueueOptions.of("r"))) {
      var purged = died(bed, "a");
      var job = bed.queue().poison().purge(PoisonFilter.ALL, false, BY).orThrow();
      assertEquals(1, bed.queue().poison().await(job.id(), PATIENCE).orThrow().done());
      var renamed = died(bed, "b");
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed());
      var other = bed.lease();
      bed.settle(other, Ack.plain());
      var back = died(bed, "c");
      redriven(bed, PoisonFilter.ALL, RedriveOptions.DEFAULTS);
      bed.settle(bed.lease(), Ack.plain());
      assertEquals(Result.ok(new Settled.Dead(1, Reason.PERMANENT)), ended(bed, purged));
      assertEquals(Result.ok(new Settled.Dead(2, Reason.PERMANENT)), ended(bed, renamed));
      assertEquals(Result.ok(new Settled.Done()), ended(bed, other.id()));
      assertEquals(Result.ok(new Settled.Done()), ended(bed, back));
    }
  }

  private static QueueOptions.Retention kept(Duration age, long rows, long bytes) {
    return new QueueOptions.Retention(age, rows, bytes, 5);
  }

  private static TaskId died(Bed bed, String body) throws InterruptedException {
    var id = bed.enqueue(body);
    bed.settle(bed.lease(), new Poison(WHY));
    return id;
  }

  private static Result<Settled> ended(Bed bed, TaskId id) throws InterruptedException {
    return bed.queue().await(id, Duration.ZERO);
  }

  /** Q31 The dead are kept within rows, bytes and age, the newest of them. */
  @Test
  default void theOldestDeadGo() throws Exception {
    var age = Duration.ofHours(10);
    for (var keep :
        List.of(
            new QueueOptions.Retention(age, 2, 1 << 20, 5),
            new QueueOptions.Retention(age, 99, 2, 5))) {
      try (var bed = open(QueueOptions.of("rows" + keep.rows()).retention(keep))) {
        for (var body : List.of("a", "b", "c")) bed.kill(body);
        assertEquals(List.of("b", "c"), listed(bed));
        bed.clocks().advance(age.minusMinutes(1));
        bed.tick().now();
        assertEquals(2, bed.queue().stats().dead());
        bed.clocks().advance(Duration.ofHours(2));
        bed.tick().now();
        assertEquals(0, bed.queue().stats().dead());
      }
    }
  }
}
