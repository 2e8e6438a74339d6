package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q30: redrive and purge as jobs. */
@Timeout(120)
class RedriveTest {
  static final Audit BY = new Audit("ana", "handler mended");
  static final QueueOptions OPTIONS = QueueOptions.of("q");
  private static final RedriveOptions PLAIN = RedriveOptions.DEFAULTS;

  @TempDir Path directory;

  /** Q30 The same number, token, origin and history; fresh attempts; behind what waits. */
  @Test
  void theDeadComeBackAsTheyWere() throws Exception {
    try (var fixture = open()) {
      var died = kill(fixture, "a");
      fixture.enqueue("b");
      var job = ended(fixture, redrive(fixture, PLAIN));
      assertEquals(List.of(1L, Job.State.DONE, BY), List.of(job.done(), job.state(), job.by()));
      fixture.queue().settle(lease(fixture, "b"), Ack.plain()).orThrow();
      var again = lease(fixture, "a");
      assertEquals(died.id(), again.id());
      assertEquals(died.token(), again.token());
      assertEquals(died.origin(), again.origin());
      assertEquals(1, again.attempt());
      assertEquals("error.test", again.errors().getFirst().code());
    }
  }

  /** At the head they come before what waits, in the order of their deaths. */
  @Test
  void atTheHeadTheyComeFirstAndInOrder() throws Exception {
    try (var fixture = open()) {
      Deaths.of(fixture, 300); // three chunks
      fixture.enqueue("waits");
      assertEquals(300, ended(fixture, redrive(fixture, PLAIN.atHead())).done());
      var order = new ArrayList<String>();
      for (var i = 0; i < 301; i++) {
        var lease = fixture.lease();
        order.add(lease.value().utf8());
        fixture.queue().settle(lease, Ack.plain()).orThrow();
      }
      var expected = new ArrayList<>(IntStream.range(0, 300).mapToObj(i -> "a" + i).toList());
      expected.add("waits");
      assertEquals(expected, order);
    }
  }

  /** As new they are others: a receiver that has seen the old one takes them for different. */
  @Test
  void asNewTheyHaveOtherNamesAndNumbers() throws Exception {
    try (var fixture = open()) {
      var died = kill(fixture, "a");
      ended(fixture, redrive(fixture, PLAIN.renamed()));
      var again = lease(fixture, "a");
      assertNotEquals(died.id(), again.id());
      assertNotEquals(died.token(), again.token());
      assertEquals(died.origin() + 1, again.origin());
    }
  }

  @Test
  void toAnotherLaneTheyGoWithTheirNameAndANumberOfThatLane() throws Exception {
    try (var fixture = open()) {
      var died = kill(fixture, "a");
      kill(fixture, "b");
      ended(fixture, redrive(fixture, PLAIN.withLane("eu/n3").withMax(1)));
      var there = fixture.queue().leaseLane(Lane.of("eu/n3"), 9, PATIENCE).orThrow().getFirst();
      assertEquals(died.token(), there.token());
      assertTrue(there.origin() > died.origin(), "numbers start above all that were given");
      assertEquals(1, fixture.queue().stats().dead()); // max
      checkCounters(fixture);
    }
  }

  /** Q30 Never beyond the one that was last when it began. */
  @Test
  void whatDiesMeanwhileIsLeftAlone() throws Exception {
    try (var fixture = open()) {
      for (var i = 0; i < 3; i++) kill(fixture, "a" + i);
      // given a redrive of one an hour, whose first chunk is done
      var job = redrive(fixture, PLAIN.withRate(1.0 / 3_600));
      while (fixture.queue().poison().jobs(0, 9).orThrow().getFirst().done() == 0)
        Thread.onSpinWait();
      var back = fixture.lease();
      fixture.queue().settle(back, new Poison(WHY)).orThrow();
      // when the queue is opened again it goes on, with its next one at once
      assertEquals(Job.State.RUNNING, job.state());
    }
    for (var life = 0; life < 2; life++) {
      try (var fixture = open()) {
        while (fixture.queue().poison().jobs(0, 9).orThrow().getFirst().done() < life + 2)
          Thread.onSpinWait();
      }
    }
    // then the one that died again is still dead, and the job is done after three
    try (var fixture = open()) {
      var job = fixture.queue().poison().await(1, PATIENCE).orThrow();
      assertEquals(List.of(3L, Job.State.DONE), List.of(job.done(), job.state()));
      var left = fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(4L), left.stream().map(DeadTask::did).toList());
    }
  }

  /** Q30 Not past redrives.max. */
  @Test
  void whatCameBackTooOftenStaysDead() throws Exception {
    try (var fixture = open()) {
      kill(fixture, "a");
      for (var times = 0; times < 5; times++) {
        assertEquals(Result.ok(1), fixture.queue().poison().redrive(PoisonFilter.ALL, BY));
        fixture.queue().settle(lease(fixture, "a"), new Poison(WHY)).orThrow();
      }
      assertEquals(0, tried(fixture, PLAIN.tried()));
      assertEquals(Result.ok(0), fixture.queue().poison().redrive(PoisonFilter.ALL, BY));
      assertEquals(
          5, fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow().getFirst().redrives());
    }
  }

  /** A receiver that no longer knows whether it had one would refuse it again. */
  @Test
  void whatItsReceiverForgotComesBackOnlyAsNew() throws Exception {
    var forgotten = MeshError.of("error.inbox.forgotten", "x", "y", "z", MeshError.Retry.NEVER);
    try (var fixture = open()) {
      fixture.enqueue("a");
      fixture.queue().settle(fixture.lease(), new Poison(forgotten)).orThrow();
      assertEquals(Result.ok(0), fixture.queue().poison().redrive(PoisonFilter.ALL, BY));
      assertEquals(1, tried(fixture, PLAIN.renamed().tried()));
      assertEquals(1, ended(fixture, redrive(fixture, PLAIN.renamed())).done());
    }
  }

  /** Which of the dead are looked at for one of them: not all. */
  @Test
  void oneIsFoundByItsNumber() {
    assertEquals(new DeadTable.Span(6, 7), DeadTable.Span.of(PoisonFilter.one(7)));
    assertEquals(new DeadTable.Span(0, Long.MAX_VALUE), DeadTable.Span.of(PoisonFilter.ALL));
  }

  /** Q30 Dry-run changes nothing: not a row, not a commit. */
  @Test
  void whatIsOnlyTriedChangesNothing() throws Exception {
    try (var fixture = open()) {
      Deaths.of(fixture, 450);
      var before = contents(fixture);
      assertEquals(450, tried(fixture, PLAIN.tried()));
      assertEquals(7, tried(fixture, PLAIN.withMax(7).tried()));
      var purge = fixture.queue().poison().purge(PoisonFilter.ALL, true, BY).orThrow();
      assertEquals(List.of(450L, 0L), List.of(purge.done(), purge.id()));
      assertEquals(before, contents(fixture));
    }
  }

  /** Q30 Purge and redrive need actor and reason. */
  @Test
  void withoutAReasonNothingIsDone() throws Exception {
    try (var fixture = open()) {
      kill(fixture, "a");
      var unsaid = new Audit("ana", " ");
      var poison = fixture.queue().poison();
      assertEquals(
          "error.validation", error(poison.redrive(PoisonFilter.ALL, PLAIN, unsaid)).code());
      assertEquals("error.validation", error(poison.purge(PoisonFilter.ALL, false, unsaid)).code());
      assertEquals(1, fixture.queue().stats().dead());
      assertEquals(List.of(), poison.jobs(0, 9).orThrow());
    }
  }

  @Test
  void aPurgeRemovesWhatItsFilterNamesAndStandsInTheAudit() throws Exception {
    try (var fixture = open()) {
      Deaths.of(fixture, 200);
      var other = TaskSpec.of(LANE, "other.kind", Bytes.utf8("b"));
      fixture.queue().enqueue(other).orThrow();
      fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      var which = new PoisonFilter(0, "test.kind", "error.test", LANE.key());
      var poison = fixture.queue().poison();
      var job = ended(fixture, poison.purge(which, false, BY).orThrow());
      assertEquals(200, job.done());
      assertEquals(1, fixture.queue().stats().dead());
      assertEquals(List.of(job), poison.jobs(0, 9).orThrow());
      assertEquals(
          Result.ok(
              List.of("purge|done|code=error.test kind=test.kind lane=eu/n2 queue=q|200|ana")),
          fixture
              .store()
              .read(
                  reading ->
                      reading.query(
                          "SELECT kind||'|'||state||'|'||what||'|'||done||'|'||actor FROM v_jobs",
                          row -> row.getString(1))));
      assertEquals(
          1, ended(fixture, poison.purge(PoisonFilter.one(201), false, BY).orThrow()).done());
      checkCounters(fixture);
    }
  }

  /** Numbers that are far apart, and a filter that names few, cost many short transactions. */
  @Test
  void aFilterThatNamesFewOfManyIsFollowedToTheEnd() throws Exception {
    try (var fixture = open()) {
      kill(fixture, "first");
      fixture
          .store()
          .submit(
              Op.record(
                  "skip",
                  tx -> tx.update("UPDATE sqlite_sequence SET seq = 20000 WHERE name = 'dead'")))
          .orThrow();
      kill(fixture, "last");
      assertEquals(2, ended(fixture, redrive(fixture, PLAIN)).done());
    }
  }

  /** Bodies of a chunk are together at most 1 MiB: the heap does not grow with the dead. */
  @Test
  void largeBodiesComeBackAFewAtATime() throws Exception {
    try (var fixture = open()) {
      for (var i = 0; i < 4; i++) {
        fixture.queue().enqueue(TaskSpec.of(LANE, "k", Bytes.of(new byte[400 << 10]))).orThrow();
        fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      }
      var before = fixture.number("SELECT batch FROM progress");
      assertEquals(4, ended(fixture, redrive(fixture, PLAIN)).done());
      // the job, then 2 + 2 of them
      assertEquals(3, fixture.number("SELECT batch FROM progress") - before);
      checkCounters(fixture);
    }
  }

  /** Q30 A redrive that a kill -9 interrupts goes on at the next start, and repeats nothing. */
  @Test
  void aKilledRedriveGoesOnWhereItWas() throws Exception {
    var tasks = 1_500;
    try (var fixture = open()) {
      Deaths.of(fixture, tasks);
      assertEquals(tasks, fixture.queue().stats().dead());
    }
    // given a process that is killed as soon as some have come back
    try (var child = ChildJvm.start("", RedriveChild.class, directory.toString())) {
      var line = child.line().orElseThrow();
      child.kill();
      child.await();
      assertTrue(Long.parseLong(line) < tasks, line);
    }
    try (var fixture = open()) {
      // when the next process goes on
      var job = fixture.queue().poison().await(1, PATIENCE).orThrow();
      // then every one has come back, once, under its number
      assertEquals(List.of((long) tasks, Job.State.DONE), List.of(job.done(), job.state()));
      assertEquals(
          tasks, fixture.number("SELECT count(DISTINCT seq) FROM task WHERE redrives = 1"));
      assertEquals(0, fixture.queue().stats().dead());
      assertEquals(tasks, fixture.queue().stats().ready());
      checkCounters(fixture);
    }
  }

  /** A job that the store refuses says so to whoever waits, and in the table. */
  @Test
  void aJobThatFailsIsStoppedAndSaysWhy() throws Exception {
    try (var fixture = open()) {
      kill(fixture, "a");
      fixture
          .store()
          .submit(
              Op.record(
                  "break",
                  tx ->
                      tx.update(
                          "CREATE TRIGGER broken BEFORE DELETE ON dead BEGIN SELECT RAISE(ABORT, 'no'); END")))
          .orThrow();
      var poison = fixture.queue().poison();
      assertEquals("error.store.op", error(poison.redrive(PoisonFilter.ALL, BY)).code());
      var job = poison.jobs(0, 9).orThrow().getFirst();
      assertEquals(List.of(0L, Job.State.STOPPED), List.of(job.done(), job.state()));
      assertEquals(1, fixture.queue().stats().dead());
    }
  }

  @Test
  void aPauseStandsInTheAuditToo() throws Exception {
    try (var fixture = open()) {
      fixture.enqueue("a");
      var first = fixture.queue().pause(new Target.OneLane(LANE), BY).orThrow();
      var second = fixture.queue().resume(new Target.Queue(), BY).orThrow();
      var jobs = fixture.queue().poison().jobs(0, 9).orThrow();
      assertEquals(List.of(first, second), jobs.stream().map(Job::id).toList());
      assertEquals(List.of(Job.Kind.PAUSE, Job.Kind.RESUME), jobs.stream().map(Job::kind).toList());
      assertEquals("lane\teu/n2/bulk\nqueue\tq\n", jobs.getFirst().what());
      assertEquals(BY, jobs.getFirst().by());
    }
  }

  private QueueFixture open() throws InterruptedException {
    return QueueFixture.open(directory, OPTIONS);
  }

  private static Job redrive(QueueFixture fixture, RedriveOptions options)
      throws InterruptedException {
    return fixture.queue().poison().redrive(PoisonFilter.ALL, options, BY).orThrow();
  }

  private static long tried(QueueFixture fixture, RedriveOptions options)
      throws InterruptedException {
    var job = redrive(fixture, options);
    assertEquals(0, job.id());
    return job.done();
  }

  private static Job ended(QueueFixture fixture, Job job) throws InterruptedException {
    var ended = fixture.queue().poison().await(job.id(), PATIENCE).orThrow();
    assertEquals(Job.State.DONE, ended.state());
    return ended;
  }

  private static Lease<Bytes> kill(QueueFixture fixture, String body) throws InterruptedException {
    fixture.enqueue(body);
    var lease = lease(fixture, body);
    fixture.queue().settle(lease, new Poison(WHY)).orThrow();
    return lease;
  }

  private static Lease<Bytes> lease(QueueFixture fixture, String body) throws InterruptedException {
    var lease = fixture.lease();
    assertEquals(body, lease.value().utf8());
    return lease;
  }

  private static void checkCounters(QueueFixture fixture) throws InterruptedException {
    assertEquals(0, fixture.number(CountersTest.WRONG));
  }

  /** The batch, and every row that a redrive or purge could touch. */
  private static List<String> contents(QueueFixture fixture) throws InterruptedException {
    var all = new ArrayList<String>();
    for (var columns :
        List.of(
            "batch || ' ' || q_ms || ' ' || wall_ms FROM progress",
            "did || ' ' || seq || ' ' || redrives || ' ' || hex(errors) FROM dead ORDER BY did",
            "seq || ' ' || ord FROM task ORDER BY seq",
            "lid || ' ' || n_live || ' ' || n_dead || ' ' || next_origin FROM lane ORDER BY lid",
            "jid FROM job",
            "k || ' ' || coalesce(i, t) FROM meta ORDER BY k")) {
      all.addAll(
          fixture
              .store()
              .read(reading -> reading.query("SELECT " + columns, row -> row.getString(1)))
              .orThrow());
    }
    return all;
  }
}
