package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/**
 * Q3, Q5, Q20 A fault with which SQLite rolls back by itself ends the transaction, whoever catches
 * it: what came after it would be committed statement by statement. The database may not grow, so
 * that a large row is the fault.
 */
@Timeout(120)
class EndedTransactionTest {
  private static final String ADD = "INSERT INTO app_x VALUES (?, zeroblob(?))";
  private static final int LARGE = 2_000_000;

  @TempDir Path directory;
  private Store store;
  private final List<String> caught = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    store = StoreFixture.open(directory);
    store.submit(Op.record("table", tx -> tx.update("CREATE TABLE app_x (i INTEGER, body BLOB)")));
    var pages = number("PRAGMA page_count") + 20;
    store
        .submit(
            Op.record(
                "most", tx -> tx.query("PRAGMA max_page_count = " + pages, row -> row.getLong(1))))
        .orThrow();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Nothing before the fault stays, nothing after it is done, and that says why. */
  @Test
  void anOperationThatCatchesAFullDiskCommitsNothingMore() throws Exception {
    var answer = store.submit(Op.record("stubborn", tx -> stubborn(tx, 1)));
    assertEquals("error.store.full", error(answer).code());
    assertEquals(List.of(), rows());
    var said = caught.getFirst();
    assertTrue(said.contains("not done, for its transaction has ended with: " + ADD), said);
    assertTrue(said.contains("SQLITE_FULL"), said);
  }

  /** Nor does the work of an application, which runs in a savepoint that is gone as well. */
  @Test
  void workThatCatchesAFullDiskCommitsNothingMore() throws Exception {
    var answer =
        store.submit(Op.settle("work", tx -> tx.guarded("work", _ -> stubborn(tx, 1)).isPresent()));
    assertEquals("error.store.full", error(answer).code());
    assertEquals(List.of(), rows());
  }

  /** Nor one that makes a failure of its own of it. */
  @Test
  void workThatThrowsSomethingElseIsRefusedForTheSame() throws Exception {
    var answer =
        store.submit(
            Op.settle(
                "work",
                tx ->
                    tx.guarded(
                            "work",
                            _ -> {
                              var _ = stubborn(tx, 1);
                              throw new IllegalStateException("its own");
                            })
                        .isPresent()));
    assertEquals("error.store.full", error(answer).code());
    assertEquals(List.of(), rows());
  }

  /** Q3 The others of its batch are committed, each once. */
  @Test
  void theOthersOfItsBatchAreCommitted() throws Exception {
    assertEquals("error.store.full", error(beside(tx -> stubborn(tx, 20))).code());
    assertEquals(List.of(10L, 30L), rows());
  }

  /** Q3 So they are where it was a statement that was interrupted, which costs no disk. */
  @Test
  void theOthersOfAnInterruptedOneAreCommitted() throws Exception {
    var refused = error(beside(EndedTransactionTest::interrupted));
    assertEquals("error.store.op", refused.code());
    assertTrue(refused.text().contains("SQLITE_INTERRUPT"), refused.text());
    assertEquals(List.of(10L, 30L), rows());
  }

  /** What becomes of this one in a batch with two others, which are done. */
  private Result<Integer> beside(Function<StoreTx, Integer> bad) throws Exception {
    var hold = new CountDownLatch(1);
    var holding = new CountDownLatch(1);
    store.submit(Op.record("hold", _ -> hold(holding, hold)), _ -> {});
    holding.await();
    Map<String, Result<Integer>> answers = new ConcurrentHashMap<>();
    store.submit(Op.record("one", tx -> tx.update(ADD, 10L, 1)), a -> answers.put("one", a));
    store.submit(Op.record("bad", bad), a -> answers.put("bad", a));
    store.submit(Op.record("two", tx -> tx.update(ADD, 30L, 1)), a -> answers.put("two", a));
    hold.countDown();
    await().atMost(Duration.ofSeconds(30)).until(() -> answers.size() == 3);
    assertEquals(Result.ok(1), answers.get("one"));
    assertEquals(Result.ok(1), answers.get("two"));
    return answers.getOrDefault("bad", Result.ok(0));
  }

  /** SQLite asks after each step whether to go on, and is told no. */
  private static int interrupted(StoreTx tx) {
    var connection = tx.query("SELECT 1", row -> row.getStatement().getConnection()).getFirst();
    try {
      ProgressHandler.setHandler(
          connection,
          1,
          new ProgressHandler() {
            @Override
            protected int progress() {
              return 1;
            }
          });
      try {
        return tx.update(ADD, 20L, 1);
      } finally {
        ProgressHandler.clearHandler(connection);
      }
    } catch (SQLException never) {
      throw new IllegalStateException(never);
    }
  }

  /** A row, then one for which there is no room, which it takes no notice of, then a third. */
  private int stubborn(StoreTx tx, long first) {
    tx.update(ADD, first, 1);
    try {
      tx.update(ADD, first + 1, LARGE);
    } catch (StoreException full) {
      assertEquals(StoreException.Fault.FULL, full.fault());
    }
    try {
      return tx.update(ADD, first + 2, 1);
    } catch (StoreException refused) {
      caught.add(String.valueOf(refused.getMessage()));
      return 0;
    }
  }

  private List<Long> rows() throws InterruptedException {
    return store
        .read(r -> r.query("SELECT i FROM app_x ORDER BY i", row -> row.getLong(1)))
        .orThrow();
  }

  private long number(String sql) throws InterruptedException {
    return store.read(r -> r.query(sql, row -> row.getLong(1))).orThrow().getFirst();
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
}
