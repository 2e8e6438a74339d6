package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G14, G18, G21, G29: what effects are in a file, beyond what they are in memory. */
@Timeout(60)
class EffectFileTest {
  private static final Step<String> A = RunsContract.A;
  private static final String BATCH = "SELECT batch FROM progress";

  @TempDir Path directory;
  private EffectBed.Durable bed;

  @BeforeEach
  void open() throws InterruptedException {
    bed = EffectBed.durable(directory);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void sql(String statement) throws InterruptedException {
    bed.store().submit(Op.record("test", tx -> tx.update(statement))).orThrow();
  }

  /** G21: a mismatch, and not a crash. */
  @Test
  void aBadChecksumIsAMismatch() throws Exception {
    Branch<String> branch = run -> run.effects().value(A, () -> "x");
    bed.run("k", branch).orThrow();
    sql("UPDATE effect_value SET value = x'00'");
    var error = RuleTest.error(bed.run("k", branch));
    assertEquals("error.deterministic.replay", error.code());
    assertEquals("DAMAGED", error.details().get("kind"));
  }

  /** What a branch says of its failure is told, also where its end cannot be written any more. */
  @Test
  void theStoreTakesNothingFromTheErrorOfABranch() throws Exception {
    Branch<String> branch =
        run -> {
          run.effects().value(A, () -> "x").orThrow();
          bed.store().close();
          return Result.err(RunsContract.LATER);
        };
    assertEquals(Result.err(RunsContract.LATER), bed.run("k", branch));
    bed.restart();
    var again = bed.run("k", run -> run.effects().value(A, () -> "y"));
    assertEquals(Result.ok("x"), again);
  }

  /** G29: a capture is one commit, a call is two; replays and decisions none. */
  @Test
  void capturesCostTheirCommitsAndNoMore() throws Exception {
    var costs = new ArrayList<Long>();
    Branch<String> branch =
        run -> {
          var last = bed.number(BATCH);
          run.effects().value(A, () -> "x").orThrow();
          last = cost(costs, last);
          run.effects().localTx(A, _ -> "x").orThrow();
          last = cost(costs, last);
          run.effects()
              .send(
                  Step.of("s", ValueType.NUMBER),
                  NodeId.of("eu", "n2"),
                  Message.of("t", Bytes.EMPTY))
              .orThrow();
          last = cost(costs, last);
          run.effects().idempotent(A, Bytes.EMPTY, (_, _) -> Result.ok("x")).orThrow();
          last = cost(costs, last);
          run.effects().atMostOnce(A, Bytes.EMPTY, (_, _) -> Result.ok("x"), Resolver.unknown());
          cost(costs, last);
          return Result.ok("done");
        };
    bed.run("k", branch).orThrow();
    assertEquals(List.of(1L, 1L, 1L, 2L, 2L), costs);
    costs.clear();
    var before = bed.number(BATCH);
    bed.run("k", branch).orThrow();
    assertEquals(List.of(0L, 0L, 0L, 0L, 0L), costs);
    var gate = DeterministicGate.open(bed.effects(), "eu").orThrow();
    for (var i = 0; i < 1_000; i++) gate.decide(EffectBed.CHANGE, Subject.NONE).orThrow();
    assertEquals(before, bed.number(BATCH));
  }

  private long cost(List<Long> costs, long last) throws InterruptedException {
    var now = bed.number(BATCH);
    costs.add(now - last);
    return now;
  }

  /** G29: the commit is shared with whatever else waits. */
  @Test
  void capturesShareTheirCommits() throws Exception {
    var before = bed.number(BATCH);
    var captured = new CountDownLatch(64);
    var mayEnd = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var blocked = new CountDownLatch(1);
      threads.submit(
          () ->
              bed.store()
                  .submit(
                      Op.record(
                          "block",
                          _ -> {
                            blocked.countDown();
                            while (bed.store().depth() < 64) Thread.onSpinWait();
                            return true;
                          })));
      blocked.await();
      for (var i = 0; i < 64; i++) {
        var key = "k" + i;
        threads.submit(
            () ->
                bed.run(
                    key,
                    run -> {
                      run.effects().value(A, () -> "x").orThrow();
                      captured.countDown();
                      mayEnd.await();
                      return Result.err(RunsContract.LATER);
                    }));
      }
      captured.await();
      assertEquals(64, bed.number("SELECT count(*) FROM effect_value"));
      assertEquals(1, bed.number(BATCH) - before);
      mayEnd.countDown();
    }
    assertEquals(64, bed.number("SELECT count(*) FROM run_value"));
  }

  /** Whoever tries it again need not look for what it has recorded. */
  @Test
  void aRunThatStaysOpenIsListedToo() throws Exception {
    var made = new AtomicInteger();
    for (var tries = 1; tries <= 3; tries++) {
      var most = tries;
      bed.run(
          "k",
          run -> {
            for (var i = 0; i < most; i++)
              run.effects()
                  .value(Step.of("n", ValueType.NUMBER), () -> (long) made.incrementAndGet())
                  .orThrow();
            assertEquals(1, bed.number("SELECT count(*) FROM run WHERE since > 0"));
            return Result.err(RunsContract.LATER);
          });
      assertEquals(tries, made.get());
      assertEquals(tries, bed.number("SELECT count(*) FROM run_value"));
      assertEquals(0, bed.number("SELECT count(*) FROM run WHERE st <> 0 OR since > 0"));
    }
  }

  /** Also by whoever looks at it from outside: page by page, listed or not. */
  @Test
  void aLongRunIsReadWholeWhileItIsExecuted() throws Exception {
    var step = Step.of("n", ValueType.NUMBER);
    Branch<Integer> branch =
        run -> {
          var had = bed.effects().ledger().load("c", "k").orThrow();
          for (var i = 0; i < 600; i++) run.effects().value(step, () -> 1L).orThrow();
          var more = had.map(one -> one.effects().size()).orElse(0) < 600 ? 600 : 0;
          for (var i = 0; i < more; i++) run.effects().value(step, () -> 2L).orThrow();
          var now = bed.effects().ledger().load("c", "k").orThrow().orElseThrow();
          var shown =
              bed.store()
                  .read(read -> RecordedEffect.of(read, new RecordedEffect.Name("c", 1, "k"), 500))
                  .orThrow();
          assertEquals(500, shown.getLast().n());
          assertEquals(1_200, bed.number("SELECT effects FROM v_runs"));
          return now.effects().size() == 1_200
              ? Result.err(RunsContract.LATER)
              : Result.ok(now.effects().size());
        };
    assertEquals(RunsContract.LATER, RuleTest.error(bed.run("k", branch)));
    assertEquals(RunsContract.LATER, RuleTest.error(bed.run("k", branch)));
  }

  /** G14: with the rows of an application's own tables. */
  @Test
  void aLocalTransactionCommitsWithTheApplicationsRows() throws Exception {
    Branch<Long> branch =
        run -> {
          run.effects()
              .localTx(
                  Step.of("table", ValueType.NUMBER),
                  tx -> (long) tx.update("CREATE TABLE app_orders (id INTEGER PRIMARY KEY)"))
              .orThrow();
          return run.effects()
              .localTx(
                  Step.of("add", ValueType.NUMBER),
                  tx -> (long) tx.update("INSERT INTO app_orders DEFAULT VALUES"));
        };
    for (var again = 0; again < 3; again++) {
      assertEquals(Result.ok(1L), bed.run("k", branch));
      assertEquals(1, bed.number("SELECT count(*) FROM app_orders"));
      bed.restart();
    }
  }

  /** G14: a transaction whose caller did not wait for it is not done again. */
  @Test
  void anAbandonedTransactionIsNotDoneTwice() throws Exception {
    sql("CREATE TABLE app_orders (id INTEGER PRIMARY KEY)");
    var inside = new CountDownLatch(1);
    var works = new AtomicInteger();
    Branch<Long> branch =
        run ->
            run.effects()
                .localTx(
                    Step.of("add", ValueType.NUMBER),
                    tx -> {
                      works.incrementAndGet();
                      inside.countDown();
                      return (long) tx.update("INSERT INTO app_orders DEFAULT VALUES");
                    });
    // given a writer that is busy, and a caller that goes away while its transaction waits
    var blocked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> bed.store().submit(Op.record("block", _ -> held(blocked, go))));
      blocked.await();
      var first = Thread.ofVirtual().start(() -> ignoring(branch));
      while (bed.store().depth() < 1) Thread.onSpinWait();
      first.interrupt();
      first.join();
      // when another executes the run before that transaction is applied
      var second = threads.submit(() -> bed.run("k", branch));
      while (bed.store().depth() < 2) Thread.onSpinWait();
      go.countDown();
      // then it gets what the first one did
      assertEquals(Result.ok(1L), second.get());
    }
    assertEquals(1, works.get());
    assertEquals(1, bed.number("SELECT count(*) FROM app_orders"));
  }

  /** G14: what another attempt has recorded meanwhile is the value, and not what was made since. */
  @Test
  void anAbandonedValueStays() throws Exception {
    var made = new AtomicInteger();
    Branch<Long> branch =
        run ->
            run.effects()
                .value(Step.of("n", ValueType.NUMBER), () -> (long) made.incrementAndGet());
    var blocked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> bed.store().submit(Op.record("block", _ -> held(blocked, go))));
      blocked.await();
      var first = Thread.ofVirtual().start(() -> ignoring(branch));
      while (bed.store().depth() < 1) Thread.onSpinWait();
      first.interrupt();
      first.join();
      var second = threads.submit(() -> bed.run("k", branch));
      var other = threads.submit(() -> bed.run("other", branch));
      while (bed.store().depth() < 3) Thread.onSpinWait();
      go.countDown();
      assertEquals(Result.ok(1L), second.get());
      assertTrue(other.get().isOk()); // of the same batch, which was done again
    }
    assertEquals(3, made.get());
    assertEquals(List.of("n OK 0"), bed.recorded("k"));
    assertEquals(2, bed.number("SELECT count(*) FROM run"));
  }

  /** G19: an execution that was left alone writes no second step into a place. */
  @Test
  void aPlaceHasOneStep() throws Exception {
    Branch<String> other = run -> run.effects().value(Step.of("b", ValueType.TEXT), () -> "b");
    Branch<Long> branch = run -> run.effects().value(Step.of("a", ValueType.NUMBER), () -> 1L);
    var blocked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> bed.store().submit(Op.record("block", _ -> held(blocked, go))));
      blocked.await();
      var first = Thread.ofVirtual().start(() -> ignoring(branch));
      while (bed.store().depth() < 1) Thread.onSpinWait();
      first.interrupt();
      first.join();
      var second = threads.submit(() -> bed.run("k", other));
      while (bed.store().depth() < 2) Thread.onSpinWait();
      go.countDown();
      var error = RuleTest.error(second.get());
      assertEquals("error.deterministic.replay", error.code());
      assertEquals("RENAMED", error.details().get("kind"));
    }
    assertEquals(List.of("a OK 0"), bed.recorded("k"));
    assertEquals("PARKED", bed.state("k"));
  }

  private static boolean held(CountDownLatch blocked, CountDownLatch go) {
    blocked.countDown();
    while (go.getCount() > 0) Thread.onSpinWait();
    return true;
  }

  /** The number of a run never comes again: not after a transaction that is gone, or a start. */
  @Test
  void theNumbersOfRunsAreTakenBeforeTheyAreUsed() throws Exception {
    var row = new RunRow(0, "c", "", "gone", 1, 1, RunState.OPEN, false);
    var gone =
        bed.effects()
            .ledger()
            .commit(
                "test",
                tx -> {
                  tx.begin(row, "", true);
                  throw new IllegalStateException("it does not fit");
                });
    assertEquals("error.store.op", RuleTest.error(gone).code());
    var taken = "SELECT (SELECT i FROM meta WHERE k = 'rid') - max(rid) FROM run";
    var numbers = new ArrayList<Long>();
    for (var start = 0; start < 3; start++) {
      for (var i = 0; i < 3; i++) {
        bed.run("k" + start + i, run -> run.effects().value(A, () -> "x"));
        numbers.add(bed.number("SELECT max(rid) FROM run"));
      }
      assertTrue(bed.number(taken) >= 0, numbers::toString);
      bed.restart();
    }
    assertEquals(numbers.stream().sorted().distinct().toList(), numbers);
  }

  private void ignoring(Branch<Long> branch) {
    try {
      bed.run("k", branch);
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is recorded is read page by page: a run may be larger than one. */
  @Test
  void aLongRunReplaysWhole() throws Exception {
    var made = new AtomicInteger();
    Branch<Long> branch =
        run -> {
          var sum = 0L;
          for (var i = 0; i < 600; i++)
            sum +=
                run.effects()
                    .value(Step.of("n", ValueType.NUMBER), () -> (long) made.incrementAndGet())
                    .orThrow();
          return Result.ok(sum);
        };
    assertEquals(Result.ok(180_300L), bed.run("k", branch));
    bed.restart();
    assertEquals(Result.ok(180_300L), bed.run("k", branch));
    assertEquals(600, made.get());
    assertEquals(600, bed.number("SELECT count(*) FROM effect_value"));
  }
}
