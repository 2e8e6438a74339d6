package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Result;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q33: what may have been applied, and nobody would know again, comes by itself no more. */
@Timeout(60)
class ForgottenTasksTest {
  private static final Audit BY = new Audit("ana", "the newer file is lost");
  private static final QueueOptions OPTIONS =
      QueueOptions.of("mesh-out")
          .carrier()
          .retention(
              new QueueOptions.Retention(Duration.ofDays(99), 99, 1 << 20, 9, Duration.ofDays(30)));

  @TempDir Path directory;
  private final ManualClocks clocks = new ManualClocks();

  /**
   * Q36 Peers know nothing of the numbers that a file gave under another identity: of its dead
   * those that were sent come back as others only.
   */
  @Test
  void theDeadOfAnotherIdentityComeBackAsNewOnly() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks);
        var other =
            DurableQueue.open(fixture.store(), QueueOptions.of("other"), TaskCodec.BYTES)
                .orThrow()) {
      // given one that was sent, one that never was, and one of a queue that sends nothing
      died(fixture);
      other.enqueue(QueueFixture.task(LANE, "local")).orThrow();
      other.settle(other.lease(1, PATIENCE).orThrow().getFirst(), new Poison(WHY)).orThrow();
      // when its lane is resumed after its file went back in time
      var before = fixture.store().uuid();
      fixture.queue().pause(new Target.OneLane(LANE), Rollback.by(before, "x")).orThrow();
      fixture.queue().resume(new Target.OneLane(LANE), BY).orThrow();
      assertNotEquals(before, fixture.store().uuid());
      // then
      assertEquals(Result.ok(1), other.poison().redrive(PoisonFilter.ALL, BY));
      onlyAsNew(fixture);
    }
  }

  /** Only the pause of a rollback is the end of an identity. */
  @Test
  void aPauseOfAnyOtherKindLeavesTheDeadAsTheyAre() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      died(fixture);
      fixture.queue().pause(new Target.OneLane(LANE), BY).orThrow();
      fixture.queue().resume(new Target.OneLane(LANE), BY).orThrow();
      assertEquals(Result.ok(2), fixture.queue().poison().redrive(PoisonFilter.ALL, BY));
    }
  }

  /** Q10 A restored file goes by another identity, too. */
  @Test
  void theDeadOfARestoredFileComeBackAsNewOnly() throws Exception {
    var copy = directory.resolve("copy.db");
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      died(fixture);
      fixture.store().backup(copy).orThrow();
    }
    var restored = Files.createDirectory(directory.resolve("restored"));
    var options = StoreOptions.of(restored, "mesh", clocks.clocks(), new SplittableRandom(99));
    Store.restore(copy, options, "ana: moved").orThrow();
    try (var fixture = QueueFixture.open(restored, OPTIONS, clocks)) {
      fixture.queue().resume(new Target.Queue(), BY).orThrow();
      onlyAsNew(fixture);
    }
  }

  /**
   * The queue clock makes up for 7 days of what a process was down, so that a time to live says
   * nothing of a receiver that has heard nothing for 31.
   */
  @Test
  void whatWasSentBeforeALongAbsenceIsNotSentAgain() throws Exception {
    var waits = TaskOptions.DEFAULTS.withTtl(Duration.ofDays(15), OnExpiry.POISON);
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      fixture.queue().enqueue(task("sent", waits)).orThrow();
      fixture.queue().settle(fixture.lease(), new Release()).orThrow();
      fixture.queue().enqueue(task("new", waits)).orThrow();
    }
    clocks.advance(Duration.ofDays(31));
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      assertEquals(List.of("new"), fixture.leaseNow(9));
      assertEquals(List.of("sent FORGOTTEN error.taskqueue.forgotten"), dead(fixture));
      assertEquals(0, fixture.number(CountersTest.WRONG));
    }
  }

  private static TaskSpec<Bytes> task(String body, TaskOptions options) {
    return new TaskSpec<>(LANE, "test.kind", Bytes.utf8(body), options);
  }

  /** One that was sent and is dead, and one that is dead and was not. */
  private void died(QueueFixture fixture) throws InterruptedException {
    fixture.enqueue("sent");
    fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
    fixture.enqueue("new");
    clocks.advance(Duration.ofDays(8));
    assertEquals(List.of(), fixture.leaseNow(9));
    assertEquals(
        List.of("sent PERMANENT error.test", "new EXPIRED error.taskqueue.expired"), dead(fixture));
  }

  private static void onlyAsNew(QueueFixture fixture) throws InterruptedException {
    var poison = fixture.queue().poison();
    assertEquals(
        List.of("sent FORGOTTEN error.test", "new EXPIRED error.taskqueue.expired"), dead(fixture));
    assertEquals(2, fixture.queue().stats().dead());
    assertEquals(Result.ok(1), poison.redrive(PoisonFilter.ALL, BY));
    assertEquals(List.of("new"), fixture.leaseNow(9));
    var job = poison.redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed(), BY).orThrow();
    assertEquals(1, poison.await(job.id(), PATIENCE).orThrow().done());
    assertEquals(0, fixture.queue().stats().dead());
    assertEquals(0, fixture.number(CountersTest.WRONG));
  }

  private static List<String> dead(QueueFixture fixture) throws InterruptedException {
    return fixture
        .store()
        .read(
            reading ->
                reading.query(
                    "SELECT d.body, d.reason, d.code FROM dead d JOIN queue q USING (qid)"
                        + " WHERE q.name = 'mesh-out' ORDER BY did",
                    row ->
                        Bytes.of(row.getBytes(1)).utf8()
                            + " "
                            + Reason.of(row.getInt(2))
                            + " "
                            + row.getString(3)))
        .orThrow();
  }
}
