package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q10 A backup is whole and says what it is; a database made of one knows that it is another. */
@Timeout(300)
class BackupTest {
  @TempDir Path directory;

  /** Q10 It is taken while others write, passes integrity_check, and is of one commit. */
  @Test
  void aBackupUnderLoadIsWhole() throws Exception {
    var to = directory.resolve("copy.db");
    try (var store = StoreFixture.open(directory)) {
      table(store);
      var stop = new AtomicBoolean();
      var writer = Thread.ofVirtual().start(() -> pairs(store, stop));
      while (rows(store) < 200) Thread.onSpinWait();
      var backup = store.backup(to).orThrow();
      stop.set(true);
      writer.join();
      assertEquals(store.uuid(), backup.uuid());
      assertEquals(Files.size(to), backup.bytes());
      assertEquals(backup, Backup.read(to));
      assertFalse(Files.exists(directory.resolve("copy.db.part")));
      // a reader's connection that made it still may not write
      var written = store.read(r -> r.query("DELETE FROM app_x RETURNING i", row -> 1));
      assertEquals("error.store.read", error(written).code());
    }
    var restored = Files.createDirectory(directory.resolve("restored"));
    Store.restore(to, StoreFixture.options(restored), "ana: moved").orThrow();
    try (var store = StoreFixture.open(restored)) {
      var found = rows(store);
      assertTrue(found >= 200 && found % 2 == 0, found + " rows: half a commit");
    }
  }

  /** Q10 A restore changes store_uuid and pauses mesh-out, and nothing else that waits. */
  @Test
  void aRestoredDatabaseIsAnotherAndSendsNothing() throws Exception {
    var to = directory.resolve("copy.db");
    Bytes old;
    try (var store = StoreFixture.open(directory)) {
      old = store.uuid();
      for (var name : List.of("mesh-out", "orders")) {
        store
            .submit(
                Op.record(
                    "queue",
                    tx ->
                        tx.update(
                            "INSERT INTO queue (name, poison, options) VALUES (?, 'p', '')", name)))
            .orThrow();
      }
      store.backup(to).orThrow();
    }
    var restored = Files.createDirectory(directory.resolve("restored"));
    Files.write(restored.resolve("mesh.db-wal"), new byte[100]); // of a database that was moved
    var options = new StoreOptionsWithChance(restored).options();
    assertEquals(old, Store.restore(to, options, "ana: moved").orThrow().uuid());
    try (var store = StoreFixture.open(restored)) {
      assertNotEquals(old, store.uuid());
      assertEquals(old.hex(), store.meta().get("restored_from"));
      assertEquals("ana: moved", store.meta().get("restored_by"));
      assertEquals(
          Result.ok(List.of("mesh-out 1 restore", "orders 0 ")),
          store.read(
              r ->
                  r.query(
                      "SELECT name || ' ' || paused || ' ' || paused_by FROM queue ORDER BY name",
                      row -> row.getString(1))));
    }
  }

  /**
   * Q10 A disk with less than twice the database free gets no half of a copy, and is not filled:
   * for the test the log is made to look larger than the disk, with a hole that takes no room.
   */
  @Test
  void aBackupThatMayNotFitIsNotBegun() throws Exception {
    var to = directory.resolve("copy.db");
    try (var store = StoreFixture.open(directory)) {
      table(store);
      var log = directory.resolve("mesh.db-wal");
      var size = Files.size(log);
      var free = Files.getFileStore(directory).getUsableSpace();
      length(log, free / 2 + (64L << 20));
      var refused = error(store.backup(to));
      length(log, size);
      assertEquals("error.store.backup", refused.code());
      assertTrue(
          refused.why().matches("it wants \\d+ free bytes, twice the database, and there are \\d+"),
          refused.text());
      assertFalse(Files.exists(to));
      assertFalse(Files.exists(directory.resolve("copy.db.part")));
      assertFalse(Files.exists(Backup.manifest(to)));
      store.backup(to).orThrow(); // and with room it is
    }
  }

  private static void length(Path file, long bytes) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes);
    }
  }

  /** Q10 Refusals leave everything as it is. */
  @Test
  void whatIsDamagedOrInTheWayIsRefused() throws Exception {
    var to = directory.resolve("copy.db");
    try (var store = StoreFixture.open(directory)) {
      store.backup(to).orThrow();
      assertEquals("it exists", error(store.backup(to)).why());
      assertTrue(
          error(Store.restore(to, StoreFixture.options(directory), "ana: moved"))
              .details()
              .containsKey("pid"));
    }
    var over = error(Store.restore(to, StoreFixture.options(directory), "ana: moved"));
    assertTrue(over.why().contains("move it away"), over.text());
    flip(to, 5_000);
    var fresh = Files.createDirectory(directory.resolve("fresh"));
    var damaged = error(Store.restore(to, StoreFixture.options(fresh), "ana: moved"));
    assertTrue(damaged.why().contains("damaged"), damaged.text());
    assertFalse(Files.exists(fresh.resolve("mesh.db")));
    assertFalse(Files.exists(fresh.resolve("mesh.db.part")));
  }

  /** Options whose chance is another than that of the store that was backed up. */
  private record StoreOptionsWithChance(Path directory) {
    StoreOptions options() {
      var mesh = StoreFixture.options(directory);
      return StoreOptions.of(directory, "mesh", mesh.clocks(), new java.util.SplittableRandom(99));
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      var old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 0xff);
    }
  }

  private static void table(Store store) throws InterruptedException {
    store
        .submit(Op.record("table", tx -> tx.update("CREATE TABLE app_x (i INTEGER PRIMARY KEY)")))
        .orThrow();
  }

  /** Two rows a commit. */
  private static void pairs(Store store, AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        store
            .submit(
                Op.enqueue(
                    "pair",
                    0,
                    tx ->
                        tx.update("INSERT INTO app_x VALUES (NULL)")
                            + tx.update("INSERT INTO app_x VALUES (NULL)")))
            .orThrow();
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static long rows(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1)))
        .orThrow()
        .getFirst();
  }
}
