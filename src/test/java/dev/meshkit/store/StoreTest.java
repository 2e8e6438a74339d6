package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, committing, reading, closing: Q3, Q7, and what every caller relies on. */
class StoreTest {
  @TempDir Path directory;

  @Test
  void whatWasCommittedIsThereAfterReopening() throws Exception {
    // given a row committed to a store that was closed
    Bytes uuid;
    try (var store = StoreFixture.open(directory)) {
      uuid = store.uuid();
      assertEquals(Result.ok(1), store.submit(put("a", 1)));
    }
    // when it is opened again
    try (var store = StoreFixture.open(directory)) {
      // then the row, the identity and the boot count are there
      assertEquals(Result.ok(List.of(1L)), store.read(StoreTest::values));
      assertEquals(uuid, store.uuid());
      assertEquals(2, store.boot());
      assertEquals(16, uuid.size());
    }
  }

  @Test
  void storesDifferInIdentity() throws Exception {
    try (var one = StoreFixture.open(directory);
        var two =
            Store.open(
                    StoreOptions.of(
                        Files.createDirectory(directory.resolve("two")),
                        "mesh",
                        one.clocks(),
                        new java.util.SplittableRandom(8)))
                .orThrow()) {
      assertNotEquals(one.uuid(), two.uuid());
    }
  }

  /** Q3 An op that throws fails alone; all others of its batch are committed and told so. */
  @Test
  void anOperationThatThrowsFailsAlone() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      // given a batch that waits behind a slow one: a good op, one that throws after a write, a
      // good op
      var answers = new java.util.concurrent.ConcurrentHashMap<String, Result<Integer>>();
      var hold = new CountDownLatch(1);
      var done = new CountDownLatch(3);
      store.submit(Op.enqueue("hold", 0, tx -> await(hold)), _ -> {});
      store.submit(put("a", 1), r -> tell(answers, "a", r, done));
      store.submit(
          Op.enqueue(
              "bad",
              0,
              tx -> {
                tx.update("INSERT INTO meta (k, i) VALUES ('t.bad', 1)");
                tx.update("INSERT INTO nowhere VALUES (1)");
                return 1;
              }),
          r -> tell(answers, "bad", r, done));
      store.submit(put("b", 2), r -> tell(answers, "b", r, done));
      // when they run
      hold.countDown();
      done.await();
      // then the good ones are committed, the bad one is named, and nothing of it stays
      assertEquals(Result.ok(1), answers.get("a"));
      assertEquals(Result.ok(1), answers.get("b"));
      assertEquals(
          "error.store.op", error(java.util.Objects.requireNonNull(answers.get("bad"))).code());
      assertEquals(Result.ok(List.of(1L, 2L)), store.read(StoreTest::values));
    }
  }

  @Test
  void memoryFollowsTheRowsThroughARollback() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var undone = new java.util.concurrent.atomic.AtomicInteger();
      var done = new java.util.concurrent.atomic.AtomicInteger();
      // when an operation registers both outcomes and then throws
      var result =
          store.submit(
              Op.record(
                  "bad",
                  tx -> {
                    tx.onRollback(undone::incrementAndGet);
                    tx.afterCommit(done::incrementAndGet);
                    throw new IllegalStateException("no");
                  }));
      // then it is undone once a try: in the batch, and in its savepoint
      assertEquals("error.store.op", error(result).code());
      assertEquals(2, undone.get());
      assertEquals(0, done.get());
    }
  }

  /** Q7 A second opener is refused and told who has it. */
  @Test
  void aSecondOpenerIsToldWhoHasIt() {
    try (var store = StoreFixture.open(directory)) {
      assertTrue(store.boot() > 0);
      var refused = error(Store.open(StoreFixture.options(directory)));
      assertEquals("error.store.open", refused.code());
      assertEquals("MK-NODE-006", refused.details().get("mk"));
      assertEquals(Long.toString(ProcessHandle.current().pid()), refused.details().get("pid"));
    }
    // and a store that was closed is free again
    StoreFixture.open(directory).close();
  }

  /**
   * Q7 Being refused costs the holder nothing: closing any descriptor of a locked file drops the
   * locks a process has on it, so a second opener of the same process must not open it.
   */
  @Test
  void aRefusedOpenerDoesNotDropTheHoldersLock() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      assertTrue(store.boot() > 0);
      var link = Files.createSymbolicLink(directory.resolve("again"), directory);
      error(Store.open(StoreFixture.options(directory)));
      error(Store.open(StoreFixture.options(link)));
      try (var other = ChildJvm.start("", OpenerChild.class, directory.toString())) {
        var pid = Long.toString(ProcessHandle.current().pid());
        assertEquals(Optional.of("refused " + pid), other.line());
      }
    }
    try (var other = ChildJvm.start("", OpenerChild.class, directory.toString())) {
      assertEquals(Optional.of("opened"), other.line());
    }
  }

  /** Q7 A file of a newer schema is refused, and not a byte of it changes. */
  @Test
  void aNewerFileIsRefusedUnchanged() throws Exception {
    // given a file whose schema is one we do not know
    StoreFixture.open(directory).close();
    onFile("PRAGMA user_version = 999");
    var before = Files.readAllBytes(directory.resolve("mesh.db"));
    // when it is opened
    var refused = error(Store.open(StoreFixture.options(directory)));
    // then the error says so, and the file is as it was
    assertEquals("MK-STO-004", refused.details().get("mk"));
    assertEquals(Bytes.of(before), Bytes.of(Files.readAllBytes(directory.resolve("mesh.db"))));
    assertTrue(refused.fix().contains("newer"), refused.text());
  }

  /** Q7 A pragma that does not read back is refused: this file was made without auto_vacuum. */
  @Test
  void aPragmaThatDoesNotHoldIsRefused() throws Exception {
    onFile("CREATE TABLE other (x)");
    var refused = error(Store.open(StoreFixture.options(directory)));
    assertEquals("MK-STO-002", refused.details().get("mk"));
    assertTrue(refused.why().contains("auto_vacuum"), refused.text());
  }

  /** Q7 */
  @Test
  void anOldSqliteIsTooOld() {
    assertTrue(Opening.tooOld("3.51.2"));
    assertTrue(Opening.tooOld("3.9.9"));
    assertTrue(Opening.tooOld("2.99.99"));
    assertFalse(Opening.tooOld("3.51.3"));
    assertFalse(Opening.tooOld("3.52.0"));
    assertFalse(Opening.tooOld("4.0"));
  }

  @Test
  void theFileOfAnotherClusterIsRefusedUnchanged() throws Exception {
    // given a file of cluster a
    var options = StoreFixture.options(directory);
    Store.open(options.identity(Map.of("cluster", "a", "node", "eu/n1"))).orThrow().close();
    var before = Files.readAllBytes(directory.resolve("mesh.db"));
    // when it is opened for cluster b
    var refused = error(Store.open(options.identity(Map.of("cluster", "b", "node", "eu/n1"))));
    // then it is refused as it was, and its owner still gets in
    assertEquals("MK-STO-005", refused.details().get("mk"));
    assertEquals(Bytes.of(before), Bytes.of(Files.readAllBytes(directory.resolve("mesh.db"))));
    Store.open(options.identity(Map.of("cluster", "a", "node", "eu/n1"))).orThrow().close();
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Files.writeString(directory.resolve("mesh.db"), "this is not a database, whatever its name");
    var refused = error(Store.open(StoreFixture.options(directory)));
    assertEquals("MK-STO-001", refused.details().get("mk"));
  }

  @Test
  void aClosedStoreRefuses() throws Exception {
    var store = StoreFixture.open(directory);
    store.close();
    store.close();
    assertEquals("error.store.closed", error(store.submit(put("a", 1))).code());
    assertFalse(store.submit(put("a", 1), _ -> {}));
    assertEquals("error.store.closed", error(store.read(StoreTest::values)).code());
  }

  /** Q9 A read that would hold its snapshot for long is ended; the next one has a budget anew. */
  @Test
  void aReadOfMoreThanAPageIsEnded() throws Exception {
    var count =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            + " SELECT max(i) FROM n";
    try (var store = StoreFixture.open(directory)) {
      var ended = error(store.read(r -> r.query(count, row -> row.getLong(1), Long.MAX_VALUE)));
      assertEquals("error.store.read", ended.code());
      assertTrue(ended.why().contains("more than a page"), ended.text());
      for (var i = 0; i < 4; i++) {
        assertEquals(
            Result.ok(List.of(300_000L)),
            store.read(r -> r.query(count, row -> row.getLong(1), 300_000L)));
      }
    }
  }

  @Test
  void theApplicationKeepsToItsOwnTables() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var seen =
          store.submit(
              Op.record(
                  "app",
                  tx -> {
                    var thrown =
                        tx.guarded(
                            "app",
                            local -> {
                              local.update("CREATE TABLE app_x (a INTEGER, b TEXT, c BLOB) STRICT");
                              local.update(
                                  "INSERT INTO app_x VALUES (?, ?, ?)",
                                  1L,
                                  "meta",
                                  Bytes.of((byte) 9));
                            });
                    assertTrue(thrown.isEmpty(), thrown::toString);
                    var all = new java.util.ArrayList<List<Object>>();
                    tx.guarded(
                        "app", local -> all.addAll(local.query("SELECT a, b, c, NULL FROM app_x")));
                    return all;
                  }));
      assertEquals(Result.ok(List.of(List.of(1L, "meta", Bytes.of((byte) 9), Unit.UNIT))), seen);
      for (var sql :
          List.of(
              "DELETE FROM meta",
              "DELETE FROM \"meta\"",
              "SELECT * FROM [Progress]",
              "UPDATE/**/META SET i = 1",
              "PRAGMA user_version = 3",
              "ROLLBACK",
              "CREATE TABLE mine (a)",
              "SELECT 1; DELETE FROM app_x",
              "SELECT * FROM sqlite_schema")) {
        var refused =
            store.submit(
                Op.record("app", tx -> tx.guarded("app", local -> local.update(sql)).isPresent()));
        assertEquals(Result.ok(true), refused, sql);
      }
    }
  }

  private static Op<Integer> put(String key, long value) {
    return Op.enqueue(
        "put", 0, tx -> tx.update("INSERT INTO meta (k, i) VALUES (?, ?)", "t." + key, value));
  }

  private static List<Long> values(Reading reading) {
    return reading.query("SELECT i FROM meta WHERE k LIKE 't.%' ORDER BY k", row -> row.getLong(1));
  }

  private static int await(CountDownLatch latch) {
    try {
      latch.await();
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static <T> void tell(
      Map<String, Result<T>> answers, String name, Result<T> answer, CountDownLatch done) {
    answers.put(name, answer);
    done.countDown();
  }

  private void onFile(String sql) throws Exception {
    try (var connection =
            java.sql.DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
