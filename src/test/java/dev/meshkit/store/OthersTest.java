package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q3, and the table of faults, damage: what an application has in the file is neither taken for
 * damage of it nor left behind by a salvage.
 */
@Timeout(120)
class OthersTest {
  private static final List<String> SEARCH =
      List.of(
          "CREATE TABLE app_d (x TEXT)",
          "CREATE VIRTUAL TABLE app_f USING fts5(x, content='app_d')",
          "INSERT INTO app_d VALUES ('hello')");

  @TempDir Path directory;

  /** Whatever it is called, and so that it does what it did: nothing is done twice. */
  @Test
  void whatOthersMadeComesAlong() throws Exception {
    run(
        "CREATE TABLE app_o (x TEXT, rowid INTEGER)",
        "CREATE TABLE app_log (x TEXT)",
        "CREATE UNIQUE INDEX one_order ON app_o (x)",
        "CREATE INDEX big /* a comment */ ON app_o (x) /* and one */ WHERE x > 'm'",
        "CREATE TABLE foo AS SELECT 7 AS seven",
        "CREATE VIEW shop AS SELECT upper(x) FROM app_o",
        "CREATE TRIGGER counts AFTER INSERT ON app_o BEGIN INSERT INTO app_log VALUES (NEW.x); END",
        "INSERT INTO app_o VALUES ('tea', NULL)");
    markDamaged();
    try (var store = StoreFixture.open(directory)) {
      assertEquals(List.of("7"), rows(store, "SELECT seven FROM foo"));
      assertEquals(List.of("TEA"), rows(store, "SELECT * FROM shop"));
      assertEquals(List.of("tea"), rows(store, "SELECT x FROM app_log"));
      assertEquals(
          "error.store.op", error(store.submit(sql("INSERT INTO app_o VALUES ('tea', 8)"))).code());
      store.submit(sql("INSERT INTO app_o VALUES ('milk', 8)")).orThrow();
      assertEquals(List.of("tea", "milk"), rows(store, "SELECT x FROM app_log ORDER BY rowid"));
      assertEquals(
          List.of("-", "8"), rows(store, "SELECT ifnull(rowid, '-') FROM app_o ORDER BY _rowid_"));
      assertEquals(
          List.of("1"), rows(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'big'"));
    }
    var report = report();
    assertFalse(report.contains("lost") || report.contains("not taken"), report);
  }

  /** What cannot come along is named; the rest does, and the file opens. */
  @Test
  void whatCannotComeAlongIsNamed() throws Exception {
    run(SEARCH.toArray(String[]::new));
    run("CREATE INDEX mine ON app_f_idx (term)");
    markDamaged();
    try (var store = StoreFixture.open(directory)) {
      assertEquals(List.of("hello"), rows(store, "SELECT x FROM app_d"));
      assertEquals(
          List.of(), rows(store, "SELECT name FROM sqlite_schema WHERE name LIKE 'app_f%'"));
    }
    var report = report();
    var why = "it is a virtual table, or a part of one\n";
    assertTrue(report.contains("app_f: 0 rows kept   lost: all of it: " + why), report);
    assertTrue(report.contains("index mine: not taken along: " + why), report);
    assertTrue(report.contains("app_d: 1 rows kept\n"), report);
  }

  /** Q3 A virtual table that finds its own content wrong fails a statement, and nobody else. */
  @Test
  void aVirtualTableThatIsWrongIsNoDamage() throws Exception {
    run(SEARCH.toArray(String[]::new));
    try (var store = StoreFixture.open(directory)) {
      var check = sql("INSERT INTO app_f (app_f, rank) VALUES ('integrity-check', 1)");
      assertEquals("error.store.op", error(store.submit(check)).code());
      store.submit(sql("DELETE FROM app_f_data")).orThrow();
      var read = store.read(r -> r.query("SELECT x FROM app_f('hello')", row -> row.getString(1)));
      assertEquals("error.store.read", error(read).code());
      store.submit(sql("INSERT INTO app_d VALUES ('again')")).orThrow();
      assertTrue(store.failure().isEmpty(), () -> store.failure().toString());
    }
    assertFalse(Files.exists(DamageMark.file(directory.resolve("mesh.db"))));
  }

  private void run(String... statements) throws InterruptedException {
    try (var store = StoreFixture.open(directory)) {
      for (var one : statements) store.submit(sql(one)).orThrow();
    }
  }

  private static Op<Integer> sql(String sql) {
    return Op.record("sql", tx -> tx.update(sql));
  }

  private static List<String> rows(Store store, String sql) throws InterruptedException {
    return store.read(r -> r.query(sql, row -> row.getString(1))).orThrow();
  }

  private void markDamaged() throws Exception {
    Files.writeString(DamageMark.file(directory.resolve("mesh.db")), "as a test says\n");
  }

  private String report() throws Exception {
    return Files.readString(directory.resolve("damaged-1/report.txt"));
  }
}
