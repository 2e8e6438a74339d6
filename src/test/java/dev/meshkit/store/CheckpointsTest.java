package dev.meshkit.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a store stays small, whatever is written: Q9. */
@Timeout(300)
class CheckpointsTest {
  private static final long MIB = 1 << 20;
  private static final Bytes LARGE = Bytes.of(new byte[256 << 10]);

  /** What a checkpoint is made after, and a batch, which is never cut in two. */
  private static final long BOUND = DiskLimits.DEFAULTS.checkpoint() + 2 * MIB;

  private static final String OLDEST = "meshkit_store_oldest_reader_seconds{file=\"mesh.db\"}";

  @TempDir Path directory;

  /** Few rows of many bytes: what used to be counted were the rows. */
  @Test
  void largePayloadsDoNotMakeTheLogGrow() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      table(store);
      assertTrue(grownTo(store, 40 * MIB) <= BOUND);
    }
  }

  /** Many rows of few bytes, in large batches, as the queue writes them. */
  @Test
  void manySmallRowsDoNotMakeTheLogGrow() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      table(store);
      var small = Bytes.of(new byte[300]);
      var largest = 0L;
      for (var batch = 0; batch < 60; batch++) {
        store
            .submit(
                Op.record(
                    "rows",
                    tx -> {
                      for (var i = 0; i < 1_000; i++)
                        tx.update("INSERT INTO app_body VALUES (?)", small);
                      return 0;
                    }))
            .orThrow();
        largest = Math.max(largest, log());
      }
      assertTrue(largest <= BOUND, largest + " bytes");
    }
  }

  /**
   * Q9 A foreign reader makes it grow: the alarm names it. When it has gone the log is small again,
   * and its file.
   */
  @Test
  void theAlarmNamesAReaderThatStaysAndAfterwardsTheFileIsSmallAgain() throws Exception {
    var limits = StoreLimits.DEFAULTS.with(DiskLimits.DEFAULTS.withLog(MIB, 4 * MIB, 16 * MIB));
    try (var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow()) {
      table(store);
      grownTo(store, MIB);
      try (var reader = ChildJvm.start("", ReaderChild.class, directory.toString())) {
        // given a process that stays in a transaction
        assertEquals(Optional.of("reading"), reader.line());
        // when the log has grown beyond the alarm
        assertTrue(grownTo(store, 18 * MIB) > 16 * MIB);
        // then it is no failure, and whoever looks is told which process it is
        assertEquals(StoreState.OK, store.state());
        var alarm = store.trouble().orElseThrow();
        assertEquals("error.store.log", alarm.code());
        if (Files.isDirectory(Path.of("/proc/self/fd"))) {
          assertTrue(alarm.why().endsWith(": java (" + reader.pid() + ")"), alarm.why());
        }
        assertTrue(store.oldestReader().isPositive());
        assertFalse(store.meters().scrape().contains(OLDEST + " 0.0"));
        reader.kill();
        reader.await();
      }
      // and once it has gone the log is cut without anybody writing: the store looks by itself
      await().until(() -> store.oldestReader().isZero());
      assertEquals(Optional.empty(), store.trouble());
      assertTrue(log() < 4 * MIB, log() + " bytes");
      assertTrue(store.meters().scrape().contains(OLDEST + " 0.0"));
    }
  }

  private static void table(Store store) throws InterruptedException {
    store
        .submit(Op.record("table", tx -> tx.update("CREATE TABLE app_body (body BLOB)")))
        .orThrow();
  }

  /** The largest that the log's file was while so many bytes were written, a large row a commit. */
  private long grownTo(Store store, long bytes) throws InterruptedException, IOException {
    var largest = 0L;
    for (var written = 0L; written < bytes; written += LARGE.size()) {
      store
          .submit(
              Op.enqueue(
                  "large", LARGE.size(), tx -> tx.update("INSERT INTO app_body VALUES (?)", LARGE)))
          .orThrow();
      largest = Math.max(largest, log());
    }
    return largest;
  }

  private long log() throws IOException {
    return Files.size(directory.resolve("mesh.db-wal"));
  }
}
