package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Q30 How many redrives, purges and cancellations go on at a time. */
class JobsTest {
  private static final Audit BY = new Audit("ana", "a test");
  private static final int ASKING = 40;

  @TempDir Path directory;

  /** All at once, while the store has no time for any of them: 16 are taken, the others told. */
  @Test
  void fortyThatAreBegunTogetherAreSixteen() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var release = new CountDownLatch(1);
      var busy = new CountDownLatch(1);
      Thread.ofVirtual().start(() -> hold(fixture, busy, release));
      busy.await();
      var poison = fixture.queue().poison();
      var asked =
          IntStream.range(0, ASKING)
              .mapToObj(_ -> new FutureTask<>(() -> poison.purge(PoisonFilter.ALL, false, BY)))
              .toList();
      var threads = asked.stream().map(one -> Thread.ofVirtual().start(one)).toList();
      await().atMost(PATIENCE).until(() -> threads.stream().allMatch(JobsTest::isWaitingOrOver));
      release.countDown();
      var begun = 0;
      for (var one : asked) {
        switch (one.get()) {
          case Result.Ok<Job> _ -> begun++;
          case Result.Err<Job>(MeshError why) -> assertEquals("error.precondition", why.code());
        }
      }
      assertEquals(Jobs.MOST, begun);
      // and when they have ended there is room for others
      for (var job : poison.jobs(0, 99).orThrow()) poison.await(job.id(), PATIENCE).orThrow();
      await().atMost(PATIENCE).until(() -> fixture.queue().cancel(TaskFilter.ALL, BY).isOk());
      assertEquals(List.of(Jobs.MOST + 1), List.of(poison.jobs(0, 99).orThrow().size()));
    }
  }

  /** Q7: what earlier versions wrote into the audit keeps no queue from opening. */
  @Test
  void anOrderWhoseReasonNobodyWouldTakeTodayGoesOn() throws Exception {
    var reason = "two\nlines \u001b[2J" + "x".repeat(2_000);
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var job = fixture.queue().poison().purge(PoisonFilter.ALL, false, BY).orThrow();
      fixture.queue().poison().await(job.id(), PATIENCE).orThrow();
      var running = Job.State.RUNNING.number();
      var sql = "UPDATE job SET reason = ?, actor = '', st = ?";
      fixture.store().submit(Op.record("old", tx -> tx.update(sql, reason, running))).orThrow();
    }
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var job = fixture.queue().poison().jobs(0, 9).orThrow().getFirst();
      assertEquals("unknown", job.by().actor());
      assertEquals(1_000, job.by().reason().length());
      assertEquals("two lines  [2Jx", job.by().reason().substring(0, 15));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  fixture.queue().poison().await(job.id(), PATIENCE).orThrow().state()
                      == Job.State.DONE);
    }
  }

  /**
   * Q7, Q30: an order that a disk has damaged is left out and told, and costs no other anything.
   */
  @ParameterizedTest
  @CsvSource({
    "kind = 'purgf', false",
    "kind = 'pause', true",
    "st = 7, false",
    "st = 4294967296, false",
    "spec = '', true",
    "spec = 'queue' || char(9) || 'q' || char(10) || 'max' || char(9) || '1x' || char(10), true",
    "kind = 'cancel'|spec = spec || 'task' || char(9) || 'x' || char(10), true"
  })
  void aDamagedOrderIsLeftOutAlone(String cell, boolean isShown) throws Exception {
    var options = QueueOptions.of("q");
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var i = 0; i < 2; i++) {
        var job = fixture.queue().poison().purge(PoisonFilter.ALL, false, BY).orThrow();
        fixture.queue().poison().await(job.id(), PATIENCE).orThrow();
      }
      change(fixture, "UPDATE job SET st = 0, done = 0");
      change(fixture, "UPDATE job SET " + cell.replace("'|", "', ") + " WHERE jid = 1");
    }
    try (var said = Said.by(Jobs.class);
        var fixture = QueueFixture.open(directory, options)) {
      var poison = fixture.queue().poison();
      // the other goes on, and is listed, in a page of one too
      assertEquals(Job.State.DONE, poison.await(2, PATIENCE).orThrow().state());
      var shown = poison.jobs(0, 9).orThrow().stream().map(Job::id).toList();
      assertEquals(isShown ? List.of(1L, 2L) : List.of(2L), shown);
      assertEquals(shown.getFirst(), poison.jobs(0, 1).orThrow().getFirst().id());
      // it is told, once
      assertEquals(1, said.count("error.store.corrupt: reading row 1 of the table job"));
      assertEquals(0, said.count("row 2"));
    }
  }

  private static void change(QueueFixture fixture, String sql) throws InterruptedException {
    fixture.store().submit(Op.record("change", tx -> tx.update(sql))).orThrow();
  }

  private static boolean isWaitingOrOver(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, TERMINATED -> true;
      default -> false;
    };
  }

  /** Keeps the writer thread busy. */
  private static void hold(QueueFixture fixture, CountDownLatch busy, CountDownLatch release) {
    try {
      fixture
          .store()
          .submit(
              Op.record(
                  "test.hold",
                  tx -> {
                    busy.countDown();
                    awaitQuietly(release);
                    return Unit.UNIT;
                  }))
          .orThrow();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
