package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of the files that are not what was written: the table of faults, Q6 and Q7. */
@Timeout(300)
class DamageTest {
  private static final int PAGE = 4_096;

  @TempDir Path directory;

  /** In the header: it is refused as it is. */
  @Test
  void aDamagedHeaderIsRefused() throws Exception {
    filled().close();
    overwrite(0, 16);
    var refused = error(Store.open(StoreFixture.options(directory)));
    assertEquals("MK-STO-001", refused.details().get("mk"));
    assertTrue(refused.fix().contains("backup"), refused.text());
  }

  /** In a table, found by the check that follows a crash: the store ends before it is believed. */
  @Test
  void damageIsFoundAfterACrash() throws Exception {
    filled().close();
    unclean();
    overwriteLastPages();
    try (var store = StoreFixture.open(directory)) {
      assertDamaged(store);
    }
  }

  /** In a table, met by a reader: the same. */
  @Test
  void damageThatAReaderMeetsEndsTheStore() throws Exception {
    filled().close();
    overwriteLastPages();
    try (var store = StoreFixture.open(directory)) {
      var read = store.read(r -> r.query("SELECT body FROM app_x", row -> row.getBytes(1)));
      assertEquals("error.store.read", error(read).code());
      assertDamaged(store);
      assertTrue(Files.exists(directory.resolve("mesh.db.damaged"))); // for the next start
    }
  }

  /** A file that was closed in order is believed: no start reads all of it. */
  @Test
  void afterAnOrderlyStopNothingIsChecked() throws Exception {
    filled().close();
    overwriteLastPages();
    var store = StoreFixture.open(directory);
    store.close(); // what was asked of the readers is answered first
    assertTrue(store.failure().isEmpty(), () -> store.failure().toString());
  }

  @Test
  void aSoundFileIsFoundSoundAfterACrash() throws Exception {
    filled().close();
    unclean();
    var store = StoreFixture.open(directory);
    store.close(); // what was asked of the readers is answered first
    assertTrue(store.failure().isEmpty(), () -> store.failure().toString());
  }

  /** At the end of the log, where a write was torn: ignored, and all before it is there. */
  @Test
  void aTornEndOfTheLogIsIgnored() throws Exception {
    var copy = Files.createDirectory(directory.resolve("copy"));
    try (var store = filled()) {
      assertEquals(StoreState.OK, store.state());
      for (var name : List.of("mesh.db", "mesh.db-wal")) {
        Files.copy(directory.resolve(name), copy.resolve(name));
      }
    }
    var garbage = new byte[3 * PAGE];
    java.util.Arrays.fill(garbage, (byte) 0x5a);
    Files.write(copy.resolve("mesh.db-wal"), garbage, StandardOpenOption.APPEND);
    try (var store = StoreFixture.open(copy)) {
      assertEquals(
          Result.ok(List.of(200L)),
          store.read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1))));
    }
  }

  private static void assertDamaged(Store store) throws InterruptedException {
    var failure = store.awaitFailure();
    assertEquals("error.store.unknown", failure.code());
    assertTrue(failure.fix().contains("backup"), failure.text());
    assertEquals(StoreState.FAILED, store.state());
    assertFalse(store.submit(Op.record("x", tx -> tx.update("DELETE FROM app_x"))).isOk());
  }

  private Store filled() throws InterruptedException {
    var store = StoreFixture.open(directory);
    store
        .submit(
            Op.record(
                "fill",
                tx -> {
                  tx.update("CREATE TABLE app_x (i INTEGER PRIMARY KEY, body BLOB)");
                  for (var i = 0L; i < 200; i++)
                    tx.update("INSERT INTO app_x VALUES (?, ?)", i, Bytes.of(new byte[1_000]));
                  return 0;
                }))
        .orThrow();
    return store;
  }

  /** As a process that is killed leaves it. */
  private void unclean() throws Exception {
    try (var connection =
            java.sql.DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE meta SET i = 0 WHERE k = 'clean'");
    }
  }

  /** Leaves of the table that was filled last. */
  private void overwriteLastPages() throws IOException {
    var size = Files.size(directory.resolve("mesh.db"));
    for (var page = 2; page < 12; page++) overwrite(size - (long) page * PAGE, 64);
  }

  private void overwrite(long at, int bytes) throws IOException {
    try (var file = new RandomAccessFile(directory.resolve("mesh.db").toFile(), "rw")) {
      file.seek(at);
      for (var i = 0; i < bytes; i++) file.write(0x5a);
    }
  }
}
