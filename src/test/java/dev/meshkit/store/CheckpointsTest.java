package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a store stays small, whatever is written: Q9. */
@Timeout(300)
class CheckpointsTest {
  private static final long MIB = 1 << 20;
  private static final Bytes LARGE = Bytes.of(new byte[256 << 10]);

  /** What a checkpoint is made after, and a batch, which is never cut in two. */
  private static final long BOUND = Checkpoints.EVERY_BYTES + 2 * MIB;

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

  /** Q9: a foreign reader makes it grow; when it has gone the log is small again, and its file. */
  @Test
  void afterAReaderThatStayedTheFileIsSmallAgain() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      table(store);
      try (var foreign =
              DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
          var statement = foreign.createStatement()) {
        statement.execute("BEGIN");
        statement.executeQuery("SELECT count(*) FROM app_body").close();
        var most = Checkpoints.SOFT_BYTES + 2 * Checkpoints.EVERY_BYTES;
        assertTrue(grownTo(store, most) > Checkpoints.SOFT_BYTES);
      }
      grownTo(store, 2 * Checkpoints.EVERY_BYTES);
      assertTrue(log() <= BOUND, log() + " bytes");
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
