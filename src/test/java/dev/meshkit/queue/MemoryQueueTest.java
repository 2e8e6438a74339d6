package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.TxWork;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Q41 What is particular to the queue in memory: it has no thread, no file and no SQL. */
class MemoryQueueTest {
  /** Two that wait must not wake each other for ever: only a change wakes anybody. */
  @Test
  void aLookWakesNobodyWhoWaits() throws Exception {
    var clocks = new ManualClocks().clocks();
    var reads = new AtomicLong();
    var counted =
        new Clocks(
            clocks.wall(),
            () -> {
              reads.incrementAndGet();
              return clocks.monotonic().instant();
            });
    try (var queue = new MemoryQueue<>(QueueOptions.of("q"), TaskCodec.BYTES, counted)) {
      var before = reads.get();
      var empty = queue.stats();
      var each = reads.get() - before;
      var workers = new ArrayList<FutureTask<List<Lease<Bytes>>>>();
      for (var i = 0; i < 2; i++) {
        workers.add(new FutureTask<>(() -> queue.lease(1, PATIENCE).orThrow()));
        Bed.awaitParked(Thread.ofVirtual().start(workers.getLast()));
      }
      before = reads.get();
      for (var i = 0; i < 200; i++) assertEquals(empty, queue.stats());
      assertEquals(200 * each, reads.get() - before);
      queue.enqueueAll(List.of(task(LANE, "a"), task(Lane.of("other"), "b"))).orThrow();
      for (var worker : workers) assertEquals(1, worker.get().size());
    }
  }

  /** Its transactions have no tables, belong to one queue, and take nothing but enqueueIn. */
  @Test
  void aTransactionTakesTasksOfItsOwnQueueAlone() throws Exception {
    var rules = QueueOptions.of("q");
    try (var queue = new MemoryQueue<>(rules, TaskCodec.BYTES, Clocks.system());
        var other = SafeTaskQueue.inMemory(QueueOptions.of("r"), TaskCodec.BYTES)) {
      queue.enqueue(task(LANE, "a")).orThrow();
      var lease = queue.lease(1, PATIENCE).orThrow().getFirst();
      var kept = new ArrayList<LocalTx>();
      for (var work :
          List.<TxWork>of(
              tx -> tx.update("INSERT INTO app_done VALUES (1)"),
              tx -> tx.query("SELECT 1"),
              tx -> other.enqueueIn(tx, task(LANE, "theirs")),
              tx -> assertTrue(queue.settle(lease, Ack.plain()).isOk()),
              tx -> {
                kept.add(tx);
                throw new IllegalStateException("the work failed");
              })) {
        assertEquals("error.store.op", error(queue.settle(lease, new Ack(work))).code());
      }
      assertThrows(
          IllegalArgumentException.class, () -> queue.enqueueIn(kept.getFirst(), task(LANE, "b")));
      assertEquals(new Settled.Done(), queue.settle(lease, Ack.plain()).orThrow());
      assertEquals(0, queue.stats().ready() + other.stats().ready());
    }
  }

  /** Q30 A redrive with a rate goes on as time passes, whoever calls, and ends where it began. */
  @Test
  void aRedriveWithARateGoesOnAsTimePasses() throws Exception {
    try (var bed = Bed.memory(QueueOptions.of("q").relaxed())) {
      for (var i = 0; i < 5; i++) bed.kill("t" + i);
      var poison = bed.queue().poison();
      var by = new Audit("ana", "mended");
      var begun = poison.redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.withRate(2), by);
      var job = begun.orThrow();
      assertEquals(List.of(2L, Job.State.RUNNING), List.of(job.done(), job.state()));
      assertEquals(2, bed.leaseNow(9).size());
      bed.kill("late");
      bed.clocks().advance(Duration.ofSeconds(1));
      assertEquals(2, bed.leaseNow(9).size());
      bed.clocks().advance(Duration.ofSeconds(1));
      assertEquals(List.of("t4"), bed.leaseNow(9));
      var ended = poison.await(job.id(), Duration.ZERO).orThrow();
      assertEquals(List.of(5L, Job.State.DONE), List.of(ended.done(), ended.state()));
      assertEquals(1, bed.queue().stats().dead());
    }
  }
}
