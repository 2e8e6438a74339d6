package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q5 What ends work on a full disk does not fail for what is fused with it. The file may not grow,
 * and each lease wants room: as much as no lease does, so that it is sure to find none.
 */
@Timeout(120)
class FullDiskLeaseTest {
  private static final Lane OTHER = Lane.of("eu/n3");
  private static final Audit BY = new Audit("ana", "a test");

  @TempDir Path directory;

  /** Q5, Q19 The ack is done, and the worker that waited for the next task gets it later. */
  @Test
  void anAckIsDoneThoughThereIsNoRoomForTheNextLease() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      var first = fixture.lease();
      var next = waiting(fixture);
      full(fixture);
      // when the first of a STRICT lane is over, and somebody waits for the second
      assertEquals(new Settled.Done(), fixture.queue().settle(first, Ack.plain()).orThrow());
      // then it is, on a disk that takes no more
      assertEquals(StoreState.DEGRADED_FULL, fixture.store().state());
      assertEquals("error.store.full", error(fixture.queue().enqueue(task(LANE, "c"))).code());
      assertEquals(1, fixture.number("SELECT count(*) FROM task"));
      assertEquals(0, fixture.number("SELECT count(*) FROM lease"));
      // and when there is room again
      most(fixture, 1 << 30);
      assertEquals(List.of("b"), bodies(next.get()));
    }
  }

  /** Q3 So it is for many that end in one transaction, in several lanes. */
  @Test
  void manyAcksAreDone() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var held = new ArrayList<Settlement<Bytes>>();
      for (var lane : List.of(LANE, OTHER)) {
        for (var body : List.of("a", "b")) fixture.enqueue(lane, body);
        held.add(new Settlement<>(fixture.lease(), Ack.plain()));
      }
      var next = List.of(waiting(fixture), waiting(fixture));
      full(fixture);
      var done = fixture.queue().settleAll(held).orThrow();
      assertEquals(List.of(new Settled.Done(), new Settled.Done()), done);
      most(fixture, 1 << 30);
      for (var one : next) assertEquals(List.of("b"), bodies(one.get()));
    }
  }

  /** Q24 A pause that cannot be written has not been: who came to a paused queue is served. */
  @Test
  void whoCameBesideAPauseThatFailedIsServed() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      fixture.enqueue("a");
      sql(fixture, "CREATE TABLE app_room (body BLOB)");
      sql(
          fixture,
          "CREATE TRIGGER wants BEFORE UPDATE ON progress"
              + " BEGIN INSERT INTO app_room VALUES (zeroblob(4000000)); END");
      most(fixture, fixture.number("PRAGMA page_count") + 40);
      // given a pause and a worker in one commit
      var busy = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      fixture.store().submit(Op.record("busy", _ -> held(busy, go)), _ -> {});
      busy.await();
      var pausing = new FutureTask<>(() -> fixture.queue().pause(new Target.Queue(), BY));
      var pauser = Thread.ofVirtual().start(pausing);
      await().until(() -> pauser.getState() == Thread.State.WAITING);
      var next = waiting(fixture);
      go.countDown();
      // when it cannot be
      assertEquals("error.store.full", error(pausing.get()).code());
      // then nothing is paused
      most(fixture, 1 << 30);
      assertEquals(List.of("a"), bodies(next.get()));
    }
  }

  private static boolean held(CountDownLatch busy, CountDownLatch go) {
    busy.countDown();
    try {
      go.await();
      return true;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void full(QueueFixture fixture) throws InterruptedException {
    sql(fixture, "CREATE TABLE app_room (body BLOB)");
    sql(
        fixture,
        "CREATE TRIGGER wants BEFORE INSERT ON lease"
            + " BEGIN INSERT INTO app_room VALUES (zeroblob(4000000)); END");
    most(fixture, fixture.number("PRAGMA page_count") + 40);
  }

  private static void most(QueueFixture fixture, long pages) throws InterruptedException {
    var sql = "PRAGMA max_page_count = " + pages;
    fixture.store().submit(Op.record("most", tx -> tx.query(sql, row -> row.getLong(1)))).orThrow();
  }

  private static void sql(QueueFixture fixture, String sql) throws InterruptedException {
    fixture.store().submit(Op.record("sql", tx -> tx.update(sql))).orThrow();
  }

  private static FutureTask<List<Lease<Bytes>>> waiting(QueueFixture fixture) {
    var task = new FutureTask<>(() -> fixture.queue().lease(1, PATIENCE.multipliedBy(3)).orThrow());
    Bed.awaitParked(Thread.ofVirtual().start(task));
    return task;
  }
}
