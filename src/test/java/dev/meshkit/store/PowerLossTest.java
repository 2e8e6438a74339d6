package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.store.DiskRecording.Step;
import dev.meshkit.store.LossyDisk.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q1 What was acknowledged survives a loss of power at any later instant: a real process is
 * recorded, and the files are rebuilt as a disk may hold them at each of its syncs.
 */
@Timeout(300)
class PowerLossTest {
  private static final int FRAME_HEAD = 24;
  private static final Path STRACE = Path.of("/usr/bin/strace");
  private static final String[] FILES = {"mesh.db", "mesh.db-wal"};

  @TempDir Path directory;
  private LossyDisk disk;
  private List<Step> steps;

  @BeforeEach
  void record() throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "no strace on this machine");
    var data = Files.createDirectory(directory.resolve("data"));
    try (var store = StoreFixture.open(data)) {
      store
          .submit(
              Op.record(
                  "table",
                  tx -> tx.update("CREATE TABLE app_x (i INTEGER PRIMARY KEY, body BLOB)")))
          .orThrow();
    }
    disk = LossyDisk.of(data, "mesh.db");
    var log = directory.resolve("strace");
    try (var child =
        ChildJvm.under(DiskRecording.STRACE + log, PowerLossChild.class, data.toString())) {
      assertEquals(0, child.await());
    }
    steps = DiskRecording.read(log);
    assertEquals(PowerLossChild.ROWS, steps.stream().filter(Step.Said.class::isInstance).count());
  }

  /** Q1 Every acknowledged row is there, whole, wherever the power is lost. */
  @Test
  void everyAcknowledgedRowIsThereWhereverThePowerIsLost() throws Exception {
    var chance = new SplittableRandom(11);
    var acknowledged = 0;
    for (var step : steps) {
      if (step instanceof Step.Synced) losePower(chance, acknowledged); // just before it is done
      disk.apply(step);
      if (step instanceof Step.Said) losePower(chance, ++acknowledged);
    }
    assertEquals(PowerLossChild.ROWS, acknowledged);
  }

  /** Q1 The log is synced once a commit, and at most twice a checkpoint. */
  @Test
  void theLogIsSyncedOnceACommitAndAtMostTwiceACheckpoint() {
    var commits = steps.stream().filter(PowerLossTest::isCommit).count();
    assertTrue(commits >= 2 + PowerLossChild.ROWS, commits + " commits"); // the views', the boot's
    var log = steps.stream().filter(new Step.Synced("mesh.db-wal")::equals).count();
    var checkpoints = checkpoints();
    assertTrue(checkpoints > 3, checkpoints + " checkpoints");
    assertTrue(log >= commits, log + " syncs of " + commits + " commits");
    assertTrue(
        log <= 1 + commits + 2 * checkpoints, // 1: the header of a new log
        log + " syncs, " + commits + " commits, " + checkpoints + " checkpoints");
  }

  /** The head of a log's frame says how large the file is by then, if it is a commit's last. */
  private static boolean isCommit(Step step) {
    return step instanceof Step.Write(var file, _, var bytes)
        && file.equals("mesh.db-wal")
        && bytes.length == FRAME_HEAD
        && ByteBuffer.wrap(bytes).getInt(4) != 0;
  }

  /**
   * Each syncs the log, then writes to the file; which it syncs only if no commit has come
   * meanwhile, so that its own syncs do not tell how many there were.
   */
  private long checkpoints() {
    var many = 0;
    var synced = false;
    for (var step : steps) {
      var writes = step instanceof Step.Write(var file, _, _) && file.equals("mesh.db");
      if (writes && synced) many++;
      synced = step.equals(new Step.Synced("mesh.db-wal")) || (synced && !writes);
    }
    return many;
  }

  private void losePower(RandomGenerator chance, int acknowledged)
      throws IOException, SQLException {
    for (var loss : Loss.values()) {
      var after = Files.createTempDirectory(directory, "after");
      disk.lose(loss, chance, after, FILES);
      assertKept(after, acknowledged, loss);
      for (var name : FILES) Files.deleteIfExists(after.resolve(name));
    }
  }

  /** The rows from the first to the last acknowledged, and perhaps the one in doubt; no other. */
  private static void assertKept(Path where, int acknowledged, Loss loss) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + where.resolve("mesh.db"));
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF"); // it is a copy, and closing it syncs
      try (var check = statement.executeQuery("PRAGMA integrity_check")) {
        assertEquals("ok", check.getString(1), loss + " after " + acknowledged);
      }
      var found = 0;
      try (var rows = statement.executeQuery("SELECT i, body FROM app_x ORDER BY i")) {
        for (; rows.next(); found++) {
          assertEquals(found, rows.getInt(1));
          assertArrayEquals(PowerLossChild.body(found), rows.getBytes(2));
        }
      }
      assertTrue(
          found == acknowledged || found == acknowledged + 1,
          loss + ": " + found + " rows of " + acknowledged);
    }
  }
}
