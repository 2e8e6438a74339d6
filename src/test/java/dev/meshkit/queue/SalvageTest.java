package dev.meshkit.queue;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of faults, damage: after a store was found damaged, the next start mends what it can.
 */
@Timeout(120)
class SalvageTest {
  private static final int PAGE = 4_096;
  private static final int TASKS = 240;
  private static final QueueOptions OPTIONS = QueueOptions.of("mesh-out");
  private static final String UNEQUAL =
      """
      SELECT count(*) FROM lane l WHERE n_live <> (SELECT count(*) FROM task t WHERE t.lid = l.lid)
        OR bytes <> (SELECT coalesce(sum(size), 0) FROM task t WHERE t.lid = l.lid)
        OR n_leased <> (SELECT count(*) FROM lease e JOIN task t USING (seq) WHERE t.lid = l.lid)""";

  @TempDir Path directory;
  private Bytes uuid = Bytes.EMPTY;

  /** Tasks in three lanes, dedup keys, and a mark that says that damage was found. */
  @BeforeEach
  void aStoreIsFilled() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      uuid = fixture.store().uuid();
      var tasks =
          IntStream.range(0, TASKS)
              .mapToObj(i -> QueueFixture.task(Lane.of("k" + i % 3), i + "x".repeat(400)))
              .toList();
      fixture.queue().enqueueAll(tasks).orThrow();
      fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
      fixture.store().submit(Op.record("keys", SalvageTest::keys)).orThrow();
    }
    Files.writeString(directory.resolve("mesh.db.damaged"), "as a test says\n");
  }

  private static int keys(dev.meshkit.store.StoreTx tx) {
    for (var i = 0; i < 600; i++) {
      var sql = "INSERT INTO dedup (lid, key, seq, exp) VALUES (1, ?, ?, 4503599627370496)";
      tx.update(sql, String.format("%04d-%s", i, "k".repeat(50)), i);
    }
    return 600;
  }

  /** Indexes alone: made anew at the start, with a report; nothing is lost, and it stays itself. */
  @Test
  void damagedIndexesAreMadeAnew() throws Exception {
    overwrite(root("task_ready"));
    overwrite(root("task_dedup"));
    try (var fixture = open()) {
      assertEquals(uuid, fixture.store().uuid());
      assertEquals(TASKS - 1, fixture.number("SELECT count(*) FROM task"));
      assertEquals(600, fixture.number("SELECT count(*) FROM dedup"));
      assertWhole(fixture);
      assertFalse(fixture.queue().stats().paused());
      assertTrue(fixture.lease().value().utf8().startsWith("3x")); // the lane's next
    }
    var report = Files.readString(directory.resolve("damaged-1/report.txt"));
    assertTrue(report.startsWith("found: as a test says\n"), report);
    assertTrue(report.contains("task: " + (TASKS - 1) + " rows kept\n"), report);
    assertFalse(report.contains("lost"), report);
    assertTrue(Files.exists(directory.resolve("damaged-1/mesh.db")));
    assertFalse(Files.exists(directory.resolve("mesh.db.damaged")));
  }

  /** A table: what can be read is kept, in order; the loss is said; it is another store, paused. */
  @Test
  void whatCanBeReadOfADamagedTableIsKept() throws Exception {
    var leaves = children(root("task"));
    assertTrue(leaves.size() >= 10, leaves::toString);
    overwrite(leaves.get(3));
    overwrite(leaves.get(7));
    var keys = children(root("dedup"));
    overwrite(keys.get(keys.size() / 2));
    try (var fixture = open()) {
      assertNotEquals(uuid, fixture.store().uuid());
      assertEquals(uuid.hex(), fixture.store().meta().get("restored_from"));
      assertWhole(fixture);
      assertTrue(fixture.queue().stats().paused());
      assertEquals(List.of(), fixture.leaseNow(10));
      assertEquals(1, fixture.number("SELECT count(*) FROM queue WHERE paused_by = 'damage'"));
      var kept = fixture.number("SELECT count(*) FROM task");
      assertTrue(kept >= TASKS - 1 - 2 * 12 && kept < TASKS - 1, kept + " tasks"); // 2 pages
      var known = fixture.number("SELECT count(*) FROM dedup");
      assertTrue(known >= 600 - 70 && known < 600, known + " keys"); // 1 page
      fixture.queue().resume(new Target.Queue(), new Audit("test", "seen")).orThrow();
      assertEquals(List.of("3x", "1x", "2x"), firsts(fixture));
    }
    var report = Files.readString(directory.resolve("damaged-1/report.txt"));
    assertTrue(report.contains("rows kept   lost: rows after "), report);
    assertTrue(report.contains("dedup: "), report);
  }

  /** A page that no longer counts its last rows looks sound: indexes and lanes know better. */
  @Test
  void rowsThatTheirPageNoLongerCountsAreMissed() throws Exception {
    var leaf = children(root("task")).get(4);
    countFewer(leaf, 2);
    var report = mended();
    var said = "task: 237 rows kept   lost: 2 rows that its index task_ready counts; 2 rows that";
    assertTrue(report.contains(said + " others count: mesh-out k"), report);
    assertTrue(report.contains("/bulk 1, mesh-out k"), report);
  }

  /** So it is when the index is gone too, and of a table that nobody counts. */
  @Test
  void eitherOfThemIsEnough() throws Exception {
    overwrite(root("task_ready"));
    countFewer(children(root("task")).get(4), 1);
    countFewer(children(root("dedup")).getFirst(), 3);
    var report = mended();
    assertTrue(report.contains("task: 238 rows kept   lost: 1 row that others count: "), report);
    assertTrue(report.contains("lost: 3 rows that its index dedup_exp counts\n"), report);
    assertTrue(report.contains("dedup: 597 rows kept"), report);
  }

  /** Opened, it is another store, paused, and agrees with itself; what it says it has lost. */
  private String mended() throws Exception {
    try (var fixture = open()) {
      assertNotEquals(uuid, fixture.store().uuid());
      assertTrue(fixture.queue().stats().paused());
      assertWhole(fixture);
    }
    return Files.readString(directory.resolve("damaged-1/report.txt"));
  }

  private static List<String> firsts(QueueFixture fixture) throws Exception {
    var firsts = new ArrayList<String>();
    for (var key : List.of("k0", "k1", "k2")) {
      var lease = fixture.queue().leaseLane(Lane.of(key), 1, QueueFixture.PATIENCE).orThrow();
      firsts.add(lease.getFirst().value().utf8().substring(0, 2));
    }
    return firsts;
  }

  /** Without its lanes a store would give numbers twice: it stays as it is, for a backup. */
  @Test
  void aStoreThatLostWhatItKnowsOfItselfIsRefused() throws Exception {
    overwrite(root("lane"));
    var before = Files.readAllBytes(directory.resolve("mesh.db"));
    var refused = error(Store.open(StoreFixture.options(directory)));
    assertEquals("MK-STO-001", refused.details().get("mk"));
    assertTrue(refused.why().contains("lane (rows after "), refused.text());
    assertTrue(refused.fix().contains("backup"), refused.text());
    assertEquals(Bytes.of(before), Bytes.of(Files.readAllBytes(directory.resolve("mesh.db"))));
    assertFalse(Files.exists(directory.resolve("mesh.db.part")));
    assertFalse(Files.exists(directory.resolve("damaged-1")));
  }

  /** A value that is made anew is another, and what was done with the first is not undone. */
  @Test
  void aStoreThatLostValuesOfRunsIsRefused() throws Exception {
    try (var store = Store.open(StoreFixture.options(directory)).orThrow()) {
      store.submit(Op.record("values", SalvageTest::values)).orThrow();
    }
    var whole = Files.readAllBytes(directory.resolve("mesh.db"));
    var leaf = children(root("effect_value")).getLast();
    overwrite(leaf);
    assertTrue(refusal().contains("effect_value (rows after "), this::refusal);
    Files.write(directory.resolve("mesh.db"), whole);
    countFewer(leaf, 2);
    assertTrue(refusal().contains("effect_value (2 rows that others count"), this::refusal);
    Files.write(directory.resolve("mesh.db"), whole);
    overwrite(root("run_value"));
    assertTrue(refusal().contains("run_value ("), this::refusal);
  }

  private static int values(dev.meshkit.store.StoreTx tx) {
    tx.update(
        "INSERT INTO run (rid, change_id, subject, run_key, version, epoch, st, build, began_wall)"
            + " VALUES (1, 'c', '', 'k', 1, 1, 0, '', 0)");
    for (var i = 1; i <= 100; i++)
      tx.update(
          "INSERT INTO effect_value (id, place, what, seal, value)"
              + " VALUES (?, (1 << 28) + (? << 14) + 1, 'n number@1', 0, zeroblob(200))",
          i,
          i);
    return tx.update("INSERT INTO run_value SELECT 1, 1, json_group_array(id) FROM effect_value");
  }

  private String refusal() {
    try {
      Files.writeString(directory.resolve("mesh.db.damaged"), "as a test says\n");
      var refused = error(Store.open(StoreFixture.options(directory)));
      assertEquals("MK-STO-001", refused.details().get("mk"));
      return refused.why();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** A crash after the new file was whole: the old log must not be applied to it. */
  @Test
  void aMendingThatWasCutOffGoesOn() throws Exception {
    Files.delete(directory.resolve("mesh.db.damaged"));
    var log = directory.resolve("mesh.db-wal");
    byte[] old;
    try (var fixture = open()) {
      execute(fixture, "CREATE TABLE app_old (i INTEGER)");
      old = Files.readAllBytes(log); // sound, and of the file before
      execute(fixture, "DROP TABLE app_old");
    }
    Files.copy(directory.resolve("mesh.db"), directory.resolve("mesh.db.mended"));
    Files.writeString(directory.resolve("mesh.db.damaged"), "as a test says\n");
    overwrite(root("task"));
    Files.write(log, old);
    try (var fixture = open()) {
      assertEquals(uuid, fixture.store().uuid());
      assertEquals(0, fixture.number("SELECT count(*) FROM sqlite_schema WHERE name = 'app_old'"));
      assertEquals(TASKS - 1, fixture.number("SELECT count(*) FROM task"));
      assertWhole(fixture);
    }
    assertFalse(Files.exists(directory.resolve("mesh.db.mended")));
    assertFalse(Files.exists(directory.resolve("mesh.db.damaged")));
  }

  /** Votes are never salvaged: one that was lost could be cast again. */
  @Test
  void votesAreNotSalvaged() throws Exception {
    var options = StoreOptions.of(directory, "election", Clocks.system(), new SplittableRandom(7));
    Store.open(options).orThrow().close();
    Files.writeString(directory.resolve("election.db.damaged"), "x");
    Store.open(options).orThrow().close();
    assertFalse(Files.exists(directory.resolve("damaged-1")));
  }

  private QueueFixture open() throws Exception {
    var chance = new SplittableRandom(99); // another than the store was made with
    var options = StoreOptions.of(directory, "mesh", Clocks.system(), chance);
    return QueueFixture.on(Store.open(options).orThrow(), OPTIONS);
  }

  private static void execute(QueueFixture fixture, String sql) throws InterruptedException {
    fixture.store().submit(Op.record("sql", tx -> tx.update(sql))).orThrow();
  }

  private void assertWhole(QueueFixture fixture) throws Exception {
    assertEquals(0, fixture.number(UNEQUAL));
    var found =
        fixture
            .store()
            .read(r -> r.query("PRAGMA integrity_check", row -> row.getString(1)))
            .orThrow();
    assertEquals(List.of("ok"), found);
  }

  private int root(String name) throws Exception {
    var url = "jdbc:sqlite:" + directory.resolve("mesh.db");
    var sql = "SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'";
    try (var connection = DriverManager.getConnection(url);
        var rows = connection.createStatement().executeQuery(sql)) {
      assertTrue(rows.next(), name);
      return rows.getInt(1);
    }
  }

  /** The pages below an inner page, in order. https://sqlite.org/fileformat2.html#b_tree_pages */
  private List<Integer> children(int page) throws IOException {
    var bytes = ByteBuffer.allocate(PAGE);
    try (var file = FileChannel.open(directory.resolve("mesh.db"), StandardOpenOption.READ)) {
      file.read(bytes, (page - 1L) * PAGE);
    }
    assertTrue(bytes.get(0) == 5 || bytes.get(0) == 2, "an inner page of a table or an index");
    var below = new ArrayList<Integer>();
    for (var i = 0; i < bytes.getShort(3); i++) {
      below.add(bytes.getInt(bytes.getShort(12 + 2 * i)));
    }
    return below;
  }

  /** A leaf forgets its last rows. https://sqlite.org/fileformat2.html#b_tree_pages */
  private void countFewer(int page, int rows) throws IOException {
    var count = ByteBuffer.allocate(2);
    try (var file =
        FileChannel.open(
            directory.resolve("mesh.db"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.read(count, (page - 1L) * PAGE + 3);
      count.putShort(0, (short) (count.getShort(0) - rows));
      file.write(count.flip().limit(2), (page - 1L) * PAGE + 3);
    }
  }

  private void overwrite(int page) throws IOException {
    var garbage = new byte[PAGE];
    java.util.Arrays.fill(garbage, (byte) 0x5a);
    try (var file = FileChannel.open(directory.resolve("mesh.db"), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(garbage), (page - 1L) * PAGE);
    }
  }
}
