package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The group commit: Q2, Q4, and the six driver rules of Q8 as far as a store shows them. */
@Timeout(300)
class CommitterTest {
  private static final String BUSY = "meshkit_store_busy_total{file=\"mesh.db\"}";

  @TempDir Path directory;

  /** Q2 512 callers released together need at most 32 commits. */
  @Test
  void manyCallersShareFewCommits() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var before = batches(store);
      var start = new CountDownLatch(1);
      var callers =
          IntStream.range(0, 512)
              .mapToObj(i -> Thread.ofVirtual().start(() -> putAfter(store, start, i)))
              .toList();
      start.countDown();
      for (var caller : callers) caller.join();
      assertEquals(Result.ok(List.of(512L)), count(store));
      var commits = batches(store) - before;
      assertTrue(commits <= 32, commits + " commits");
    }
  }

  /** Q2 A full normal submission queue delays a settle by at most one batch. */
  @Test
  void aFullQueueOfEnqueuesDoesNotDelayASettle() throws Exception {
    var limits = StoreLimits.DEFAULTS.withBatch(4, 1 << 20).withQueue(16, 1 << 20);
    try (var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow()) {
      // given a writer that stands still and sixteen enqueues behind it
      var hold = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      var order = new CopyOnWriteArrayList<String>();
      store.submit(Op.record("hold", tx -> hold(holding, hold)), _ -> {});
      holding.await();
      for (var i = 0; i < 16; i++) {
        assertTrue(store.submit(Op.enqueue("e", 0, tx -> order.add("enqueue")), _ -> {}));
      }
      assertEquals(false, store.submit(Op.enqueue("e", 0, tx -> order.add("late")), _ -> {}));
      // when a settle comes
      assertTrue(store.submit(Op.settle("s", tx -> order.add("settle")), _ -> {}));
      hold.countDown();
      store.submit(Op.lease("end", tx -> order.add("end"))).orThrow();
      // then at most one batch of the others goes before it
      assertTrue(order.indexOf("settle") < 4, order.toString());
      assertEquals(18, order.size());
    }
  }

  /**
   * Q13 A batch runs in its order, in whatever order it came: what was settled in time goes before
   * what ends leases, and work is handed out when all of it is there.
   */
  @Test
  void aBatchRunsInItsOrder() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var hold = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      store.submit(Op.record("hold", tx -> hold(holding, hold)), _ -> {});
      holding.await();
      var order = new CopyOnWriteArrayList<Op.Kind>();
      var kinds = Stream.of(Op.Kind.values()).filter(kind -> kind != Op.Kind.COUNT).toList();
      for (var kind : kinds.reversed())
        assertTrue(store.submit(new Op<>("o", kind, 0, _ -> order.add(kind)), _ -> {}));
      hold.countDown();
      store.submit(Op.lease("end", _ -> true)).orThrow();
      assertEquals(kinds, order);
    }
  }

  /**
   * Q2 What came while a batch was applied is in the same commit, as far as it fits: callers that
   * the last one answered do not find themselves in every second one.
   */
  @Test
  void whatCameMeanwhileIsInTheSameCommit() throws Exception {
    var limits = StoreLimits.DEFAULTS.withBatch(4, 1 << 20);
    try (var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow()) {
      var before = batches(store);
      var hold = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      store.submit(
          Op.record(
              "hold",
              tx -> {
                var _ = put(0).work().apply(tx);
                return hold(holding, hold);
              }),
          _ -> {});
      holding.await();
      var told = new CountDownLatch(6);
      for (var i = 1; i <= 6; i++) assertTrue(store.submit(put(i), _ -> told.countDown()));
      hold.countDown();
      told.await();
      assertEquals(Result.ok(List.of(7L)), count(store));
      assertEquals(2, batches(store) - before, "of one and the three that fit, and of three");
    }
  }

  /**
   * Q11 Leases are handed out when nothing more comes into a commit: what looks in memory for the
   * lease of a row, as a cancel does, must not come after the lease and before memory has it.
   */
  @Test
  void whatComesMeanwhileGoesBeforeLeases() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var hold = List.of(new CountDownLatch(1), new CountDownLatch(1));
      var holding = List.of(new CountDownLatch(1), new CountDownLatch(1));
      var order = new CopyOnWriteArrayList<String>();
      var told = new CountDownLatch(3);
      var first = Op.enqueue("e", 0, _ -> hold(holding.getFirst(), hold.getFirst()));
      var second = Op.enqueue("e", 0, _ -> hold(holding.getLast(), hold.getLast()));
      store.submit(first, _ -> {});
      holding.getFirst().await();
      store.submit(Op.lease("l", _ -> order.add("lease")), _ -> told.countDown());
      store.submit(second, _ -> told.countDown());
      hold.getFirst().countDown();
      holding.getLast().await();
      store.submit(Op.record("r", _ -> order.add("record")), _ -> told.countDown());
      hold.getLast().countDown();
      told.await();
      assertEquals(List.of("record", "lease"), order);
    }
  }

  /** Q3 One that came meanwhile and throws fails alone, and all others are in that commit. */
  @Test
  void oneThatCameMeanwhileAndThrowsFailsAlone() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var before = batches(store);
      var hold = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      store.submit(Op.record("hold", tx -> hold(holding, hold)), _ -> {});
      holding.await();
      var verdicts = new CopyOnWriteArrayList<Boolean>();
      var told = new CountDownLatch(3);
      for (var op : List.of(put(1), Op.<Integer>enqueue("bad", 0, _ -> bad()), put(2))) {
        store.submit(
            op,
            verdict -> {
              verdicts.add(verdict.isOk());
              told.countDown();
            });
      }
      hold.countDown();
      told.await();
      assertEquals(List.of(true, false, true), verdicts);
      assertEquals(Result.ok(List.of(2L)), count(store));
      assertEquals(1, batches(store) - before);
    }
  }

  private static Integer bad() {
    throw new IllegalStateException("planted");
  }

  /** Q4 A foreign write lock delays the writer and fails nobody before the deadline. */
  @Test
  void aForeignLockDelaysAndFailsNobody() throws Exception {
    try (var store = StoreFixture.open(directory);
        var foreign = foreign()) {
      execute(foreign, "BEGIN IMMEDIATE");
      var waiting =
          new java.util.concurrent.FutureTask<>(() -> store.submit(atomicPair(directory)));
      Thread.ofVirtual().start(waiting);
      // the foreigner lets go only after the writer has met it
      await().until(() -> !store.meters().scrape().contains(BUSY + " 0.0"));
      execute(foreign, "ROLLBACK");
      // R2: after the BUSY the pair is still one transaction: nobody sees half of it
      assertEquals(Result.ok(0L), waiting.get());
    }
  }

  /** Q4 After NotApplied a retry works. */
  @Test
  void afterTheDeadlineNothingHappenedAndARetryWorks() throws Exception {
    var limits = StoreLimits.DEFAULTS.withCommitDeadline(Duration.ofMillis(100));
    try (var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow();
        var foreign = foreign()) {
      execute(foreign, "BEGIN IMMEDIATE");
      assertEquals("error.store.busy", error(store.submit(put(1))).code());
      assertFalse(store.meters().scrape().contains(BUSY + " 0.0"), "each try is counted");
      execute(foreign, "ROLLBACK");
      assertEquals(Result.ok(1), store.submit(put(1)));
      assertEquals(Result.ok(List.of(1L)), count(store));
    }
  }

  /** R1 An idle writer holds no lock: another process may write at once. */
  @Test
  void anIdleWriterHoldsNoLock() throws Exception {
    try (var store = StoreFixture.open(directory);
        var foreign = foreign()) {
      store.submit(put(1)).orThrow();
      execute(foreign, "BEGIN IMMEDIATE");
      execute(foreign, "ROLLBACK");
    }
  }

  /**
   * R3 A row that cannot be read leaves no open result behind: what else is in the batch commits.
   */
  @Test
  void anUnreadResultDoesNotStopTheCommit() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      for (var i = 0; i < 3; i++) store.submit(put(i)).orThrow();
      var result =
          store.submit(
              Op.record(
                  "half",
                  tx -> {
                    try {
                      tx.query(
                          "DELETE FROM meta WHERE k LIKE 't.%' RETURNING k", CommitterTest::broken);
                    } catch (IllegalStateException expected) {
                      return tx.update("INSERT INTO meta (k, i) VALUES ('t.after', 1)");
                    }
                    return 0;
                  }));
      assertEquals(Result.ok(1), result);
      assertEquals(Result.ok(1), store.submit(put(9)));
    }
  }

  /** R6 Operations and reads run on platform threads; JDBC refuses any other. */
  @Test
  void jdbcRunsOnPlatformThreadsOnly() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var seen = new java.util.concurrent.FutureTask<>(() -> threads(store));
      Thread.ofVirtual().start(seen);
      assertEquals(List.of("store-mesh-writer", "store-mesh-reader"), seen.get());
      var refused =
          new java.util.concurrent.FutureTask<>(
              () -> {
                try (var connection = foreign();
                    var _ = new Statements(connection)) {
                  return "taken";
                } catch (IllegalStateException refusal) {
                  return "refused";
                }
              });
      Thread.ofVirtual().start(refused);
      assertEquals("refused", refused.get());
    }
  }

  private static List<String> threads(Store store) throws InterruptedException {
    var writer = store.submit(Op.record("where", _ -> Thread.currentThread().getName())).orThrow();
    var reader = store.read(_ -> Thread.currentThread().getName()).orThrow();
    return List.of(writer, reader.substring(0, reader.length() - 2));
  }

  private static Long broken(java.sql.ResultSet row) throws SQLException {
    throw new IllegalStateException("cannot read " + row.getString(1));
  }

  /** Two rows; the value is how many of them another connection sees before the commit. */
  private static Op<Long> atomicPair(Path directory) {
    return Op.record(
        "pair",
        tx -> {
          tx.update("INSERT INTO meta (k, i) VALUES ('t.x', 1)");
          try (var other = foreign(directory);
              var rows =
                  other
                      .createStatement()
                      .executeQuery("SELECT count(*) FROM meta WHERE k = 't.x'")) {
            rows.next();
            return rows.getLong(1);
          } catch (SQLException cause) {
            throw new IllegalStateException(cause);
          }
        });
  }

  private Connection foreign() throws SQLException {
    return foreign(directory);
  }

  private static Connection foreign(Path directory) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
  }

  private static void execute(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException cause) {
      throw new IllegalStateException(cause);
    }
  }

  private static void putAfter(Store store, CountDownLatch start, int value) {
    try {
      start.await();
      store.submit(put(value)).orThrow();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Q8 Of rows that are added together each is there or its caller hears, whichever is refused. */
  @Test
  void rowsThatAreAddedTogetherFailAlone() throws Exception {
    var into = Insert.of("INSERT INTO meta (k, i) VALUES", "(?, ?)");
    try (var store = StoreFixture.open(directory)) {
      var hold = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      store.submit(Op.record("hold", tx -> hold(holding, hold)), _ -> {});
      holding.await();
      var answers = new CopyOnWriteArrayList<String>();
      for (var i = 0; i < 40; i++) { // two statements of many, and two of a few
        var name = "t." + (i == 9 || i == 25 ? 3 : i);
        Op<String> add =
            Op.record(
                "add",
                tx -> {
                  tx.insert(into, name, 1L);
                  return name;
                });
        store.submit(add, answer -> answers.add(answer.isOk() ? "ok" : error(answer).code()));
      }
      hold.countDown();
      await().until(() -> answers.size() == 40);
      assertEquals(38, answers.stream().filter("ok"::equals).count(), answers::toString);
      var rows = "SELECT count(*) FROM meta WHERE k LIKE 't.%'";
      assertEquals(
          Result.ok(List.of(38L)), store.read(read -> read.query(rows, row -> row.getLong(1))));
    }
  }

  private static int hold(CountDownLatch holding, CountDownLatch hold) {
    holding.countDown();
    try {
      hold.await();
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static Op<Integer> put(long value) {
    return Op.enqueue(
        "put", 0, tx -> tx.update("INSERT INTO meta (k, i) VALUES (?, ?)", "t." + value, value));
  }

  private static Result<List<Long>> count(Store store) throws InterruptedException {
    return store.read(
        r -> r.query("SELECT count(*) FROM meta WHERE k LIKE 't.%'", row -> row.getLong(1)));
  }

  private static long batches(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("SELECT batch FROM progress", row -> row.getLong(1)))
        .orThrow()
        .getFirst();
  }
}
