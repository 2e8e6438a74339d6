package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a store keeps of the disk and of the log when it need not. */
@Timeout(120)
class SpareTest {
  private static final int ROWS = 3_000;

  @TempDir Path directory;

  /** An idle store gives back what a backlog took, but for what it keeps for the next one. */
  @Test
  void anIdleStoreGivesEmptyPagesBack() throws Exception {
    var disk = DiskLimits.DEFAULTS.withLog(16_384, 64 << 20, 256 << 20).withSpare(1 << 20);
    var options = StoreFixture.options(directory).with(StoreLimits.DEFAULTS.with(disk));
    var file = directory.resolve("mesh.db");
    try (var store = Store.open(options).orThrow()) {
      store.submit(Op.record("fill", SpareTest::fill)).orThrow();
      store
          .submit(Op.record("more", tx -> tx.update("INSERT INTO app_x VALUES (-1, x'')")))
          .orThrow();
      assertTrue(Files.size(file) > 3 << 20, () -> "too small to see");
      store.submit(Op.record("empty", tx -> tx.update("DELETE FROM app_x"))).orThrow();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.size(file) < (1 << 20) + (512 << 10));
      // and there it ends: what is kept is kept
      Awaitility.await().until(() -> freeBytes(store) <= 1 << 20);
      assertTrue(freeBytes(store) > 0);
    }
  }

  /** Q9 A read is a page: one of more rows is ended, whoever asks. */
  @Test
  void aReadOfMoreThanAPageIsRefused() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      store.submit(Op.record("fill", SpareTest::fill)).orThrow();
      var page = "SELECT i FROM app_x ORDER BY i LIMIT ";
      var whole = store.read(r -> r.query(page + 500, row -> row.getLong(1))).orThrow();
      assertEquals(500, whole.size());
      var long501 = error(store.read(r -> r.query(page + 501, row -> row.getLong(1))));
      assertEquals("error.store.read", long501.code());
      assertTrue(long501.why().contains("a page of 500 rows"), long501.text());
      assertEquals(1, store.read(r -> r.query("SELECT 1", row -> 1)).orThrow().size());
    }
  }

  private static int fill(StoreTx tx) {
    tx.update("CREATE TABLE app_x (i INTEGER PRIMARY KEY, body BLOB)");
    var body = Bytes.of(new byte[1_000]);
    for (var i = 0L; i < ROWS; i++) tx.update("INSERT INTO app_x VALUES (?, ?)", i, body);
    return ROWS;
  }

  private static long freeBytes(Store store) throws InterruptedException {
    var sql = "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size";
    return store.read(r -> r.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }
}
