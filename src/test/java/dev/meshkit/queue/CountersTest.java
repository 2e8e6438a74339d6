package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Q11 Lane counters equal count(*) after 100,000 seeded random operations with crashes. */
class CountersTest {
  private static final int OPERATIONS = 50_000; // in each of the two modes

  static final String WRONG =
      """
      SELECT count(*) FROM lane l WHERE
        n_live <> (SELECT count(*) FROM task t WHERE t.lid = l.lid)
        OR n_delayed <> (SELECT count(*) FROM task t WHERE t.lid = l.lid AND t.st = 1)
        OR n_leased <> (SELECT count(*) FROM lease e JOIN task t ON t.seq = e.seq WHERE t.lid = l.lid)
        OR n_dead <> (SELECT count(*) FROM dead d WHERE d.lid = l.lid)
        OR bytes <> (SELECT coalesce(sum(size), 0) FROM task t WHERE t.lid = l.lid)""";

  /** What is leased while an earlier task of its lane is there that nobody has: Q22. */
  static final String OUT_OF_ORDER =
      """
      SELECT t.seq FROM lease e JOIN task t ON t.seq = e.seq WHERE
        EXISTS (SELECT 1 FROM task o WHERE o.st = 1 AND o.lid = t.lid AND o.ord < t.ord)
        OR EXISTS (SELECT 1 FROM task o WHERE o.st = 0 AND o.lid = t.lid AND o.ord < t.ord
          AND NOT EXISTS (SELECT 1 FROM lease f WHERE f.seq = o.seq))""";

  private static final String ROWS_OF_A_KEY =
      """
      SELECT coalesce(max(n), 0) FROM
        (SELECT count(*) AS n FROM task WHERE coal IS NOT NULL GROUP BY lid, coal)""";
  private static final String LEASES_OF_A_KEY =
      """
      SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM task t JOIN lease e ON e.seq = t.seq
        WHERE t.coal IS NOT NULL GROUP BY t.lid, t.coal)""";

  private static final String RUNNING =
      "SELECT coalesce(max(id), 0) FROM v_jobs WHERE state = 'running'";

  private static final Audit BY = new Audit("test", "again");

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(11);
  private final ManualClocks clocks = new ManualClocks();
  private final List<Lease<Bytes>> held = new ArrayList<>();
  private int done;
  private int runs;

  @ParameterizedTest
  @EnumSource
  void countersEqualCounts(QueueOptions.Mode mode) throws Exception {
    var plain = QueueOptions.of("q").maxAttempts(3).crashes(2, 64);
    var options = mode == QueueOptions.Mode.STRICT ? plain : plain.relaxed();
    while (done < OPERATIONS) {
      var opening = StoreOptions.of(directory, "mesh", clocks.clocks(), random.split());
      try (var store = Store.open(opening).orThrow()) {
        var queue = DurableQueue.open(store, options, TaskCodec.BYTES).orThrow();
        held.clear();
        for (var i = 0; i < 200 && done < OPERATIONS; i++) step(store, queue);
        check(store, queue);
        if (random.nextBoolean()) queue.close(); // else it is left as a killed process leaves it
      }
    }
    if (mode == QueueOptions.Mode.STRICT) assertTrue(runs > 100, "too few runs: " + runs);
  }

  private void step(Store store, DurableQueue<Bytes> queue) throws InterruptedException {
    switch (random.nextInt(13)) {
      case 0, 1, 2 -> enqueue(queue);
      case 3 -> failingBatch(store, queue);
      case 4, 5, 6 -> lease(store, queue);
      case 7, 8, 9 -> settle(queue);
      case 10 -> {
        clocks.advance(Duration.ofMillis(random.nextInt(1, 3_000)));
        queue.tick();
      }
      case 11 -> {
        if (random.nextInt(10) == 0) {
          done += queue.poison().redrive(PoisonFilter.ALL, BY).orThrow();
        }
      }
      case 12 -> operate(queue);
      default -> throw new IllegalStateException();
    }
  }

  /** What operators do: cancel what is leased and what waits, purge, pause and resume. */
  private void operate(DurableQueue<Bytes> queue) throws InterruptedException {
    var lane = Lane.of("lane" + random.nextInt(5));
    switch (random.nextInt(10)) {
      case 0 -> done += queue.cancel(new TaskFilter(0, "", lane.key()), BY).orThrow();
      case 1 -> queue.poison().purge(PoisonFilter.ALL, false, BY).orThrow();
      case 2 -> queue.pause(new Target.OneLane(lane), BY).orThrow();
      case 3, 4, 5 -> queue.resume(new Target.OneLane(lane), BY).orThrow();
      default -> {
        if (held.isEmpty()) return;
        var one = TaskFilter.one(held.get(random.nextInt(held.size())).id());
        done += queue.cancel(one, BY).orThrow();
      }
    }
  }

  /** Of any lane, or a run of one: then its tasks come back in any order, and keep theirs. */
  private void lease(Store store, DurableQueue<Bytes> queue) throws InterruptedException {
    var most = random.nextInt(1, 20);
    var leases =
        random.nextBoolean()
            ? queue.lease(most, Duration.ZERO).orThrow()
            : queue.leaseLane(Lane.of("lane" + random.nextInt(5)), most, Duration.ZERO).orThrow();
    held.addAll(leases);
    var isRun = leases.size() > 1 || (!leases.isEmpty() && random.nextInt(4) == 0);
    if (queue.options().mode() == QueueOptions.Mode.RELAXED || !isRun) return;
    var wrong = outOfOrder(store);
    leases.forEach(lease -> assertFalse(wrong.contains(lease.id().seq()), "Q22 " + lease));
    runs += leases.size() > 2 ? 1 : 0;
  }

  static List<Long> outOfOrder(Store store) throws InterruptedException {
    return store.read(reading -> reading.query(OUT_OF_ORDER, row -> row.getLong(1))).orThrow();
  }

  private void enqueue(DurableQueue<Bytes> queue) throws InterruptedException {
    var many = IntStream.range(0, random.nextInt(1, 40)).mapToObj(_ -> task()).toList();
    queue.enqueueAll(many).orThrow();
    done += many.size();
  }

  private TaskSpec<Bytes> task() {
    var lane = Lane.of("lane" + random.nextInt(5));
    var body = Bytes.of(new byte[random.nextInt(700)]);
    var options = TaskOptions.DEFAULTS;
    if (random.nextInt(4) == 0) options = options.withDedupKey("k" + random.nextInt(50));
    if (random.nextInt(4) == 0) options = options.withCoalesceKey("c" + random.nextInt(10));
    if (random.nextInt(4) == 0) {
      var then = random.nextBoolean() ? OnExpiry.DROP : OnExpiry.POISON;
      options = options.withTtl(Duration.ofMillis(random.nextInt(1, 5_000)), then);
    }
    return new TaskSpec<>(lane, "k", body, options);
  }

  /** An enqueue that shares its batch with an operation that throws, or its savepoint with one. */
  private void failingBatch(Store store, DurableQueue<Bytes> queue) throws InterruptedException {
    var spec = task();
    var _ =
        store.submit(
            Op.record(
                "fails",
                tx -> {
                  tx.guarded(
                      "inner",
                      local -> {
                        queue.enqueueIn(local, spec);
                        throw new IllegalStateException("undone");
                      });
                  if (random.nextBoolean()) throw new IllegalStateException("undone too");
                  return tx.guarded("kept", local -> queue.enqueueIn(local, spec)).isEmpty();
                }));
    done++;
  }

  private void settle(DurableQueue<Bytes> queue) throws InterruptedException {
    var many = new ArrayList<Settlement<Bytes>>();
    for (var i = random.nextInt(1, 30); i > 0 && !held.isEmpty(); i--) {
      many.add(new Settlement<>(held.remove(random.nextInt(held.size())), said()));
    }
    queue.settleAll(many).orThrow();
    done += many.size();
  }

  private Disposition said() {
    return switch (random.nextInt(8)) {
      case 0 -> new Disposition.Retry(QueueFixture.WHY, Duration.ZERO);
      case 1 -> new Disposition.Poison(QueueFixture.WHY);
      case 2 -> new Disposition.Snooze(Duration.ofMillis(random.nextInt(2_000)), "not now");
      case 3 -> new Disposition.Release();
      default -> Disposition.Ack.plain();
    };
  }

  private void check(Store store, DurableQueue<Bytes> queue) throws InterruptedException {
    awaitJobs(store, queue);
    assertEquals(0, number(store, WRONG), "lanes whose counters are wrong after " + done);
    assertTrue(number(store, ROWS_OF_A_KEY) <= 2, "Q21 a key holds at most two rows");
    assertTrue(number(store, LEASES_OF_A_KEY) <= 1, "Q21 a key holds at most one lease");
    var stats = queue.stats();
    assertEquals(number(store, "SELECT count(*) FROM task WHERE st = 1"), stats.delayed());
    assertEquals(number(store, "SELECT count(*) FROM lease"), stats.leased());
    assertEquals(number(store, "SELECT count(*) FROM dead"), stats.dead());
    assertEquals(number(store, "SELECT coalesce(sum(size), 0) FROM task"), stats.bytes());
    // and the views agree
    assertEquals(number(store, "SELECT coalesce(sum(ready), 0) FROM v_lanes"), stats.ready());
    assertEquals(number(store, "SELECT coalesce(sum(leased), 0) FROM v_queue"), stats.leased());
    assertTrue(number(store, "SELECT count(*) FROM v_tasks") >= stats.ready());
    assertEquals(number(store, "SELECT count(*) FROM v_poison"), stats.dead());
  }

  /** A purge goes on while others work, but not while its rows are counted one table at a time. */
  private static void awaitJobs(Store store, DurableQueue<Bytes> queue)
      throws InterruptedException {
    for (var job = number(store, RUNNING); job != 0; job = number(store, RUNNING)) {
      var ended = queue.poison().await(job, Duration.ofMinutes(1)).orThrow();
      assertEquals(Job.State.DONE, ended.state(), ended.toString());
    }
  }

  private static long number(Store store, String sql) throws InterruptedException {
    return store.read(reading -> reading.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  /** The numbers an inbox keeps equal an exact set's, and stay small. */
  @Test
  void appliedNumbersEqualAnExactSet() {
    var exact = new java.util.HashSet<Long>();
    var kept = AppliedNumbers.NOTHING;
    for (var i = 0; i < 20_000; i++) {
      var n = Math.max(1, kept.highest() + random.nextInt(-40, 6));
      var mark = kept.look(n);
      if (mark == Inbox.Mark.FORGOTTEN) {
        assertTrue(n <= kept.forgotten());
        continue;
      }
      assertEquals(exact.contains(n) ? Inbox.Mark.DUPLICATE : Inbox.Mark.NEW, mark, "number " + n);
      if (mark == Inbox.Mark.NEW) {
        exact.add(n);
        kept = kept.with(n);
      }
      assertTrue(kept.missing().size() <= AppliedNumbers.MAX_RANGES);
      kept = AppliedNumbers.of(kept.highest(), kept.text(), kept.forgotten());
    }
    assertTrue(exact.size() > 2_000);
  }
}
