package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of faults, damage: views are code, and made anew; the rest of the schema is not. */
class BrokenViewsTest {
  @TempDir Path directory;

  @BeforeEach
  void make() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      store.submit(Op.record("table", tx -> tx.update("CREATE TABLE app_x (i)"))).orThrow();
    }
  }

  /** Q11 Every view is there again, and no row is missing. */
  @Test
  void aViewWhoseTextIsDamagedIsMadeAnew() throws Exception {
    damage(
        "UPDATE sqlite_schema SET sql = replace(sql, 'SELECT', 'SEL\u0001CT') WHERE name = 'v_lanes'");
    damage("UPDATE sqlite_schema SET sql = 'CR' WHERE name = 'v_tasks'");
    try (var store = StoreFixture.open(directory)) {
      for (var view : List.of("v_lanes", "v_tasks", "v_store"))
        assertTrue(store.read(read -> read.query("SELECT 1 FROM " + view, row -> 1)).isOk(), view);
      assertEquals(
          Result.ok(List.of()), store.read(read -> read.query("SELECT i FROM app_x", row -> 1)));
      assertEquals(2, store.boot());
    }
  }

  /** Q7 A table whose text is damaged keeps the file shut, and all of it as it was. */
  @Test
  void aTableWhoseTextIsDamagedIsNot() throws Exception {
    damage(
        "UPDATE sqlite_schema SET sql = replace(sql, 'SELECT', 'SELEKT') WHERE name = 'v_lanes'");
    damage("UPDATE sqlite_schema SET sql = replace(sql, 'TABLE', 'TABEL') WHERE name = 'lane'");
    for (var i = 0; i < 2; i++) {
      var refused = error(Store.open(StoreFixture.options(directory)));
      assertEquals("MK-STO-001", refused.details().get("mk"));
      assertTrue(refused.why().contains("malformed database schema"), refused.text());
    }
  }

  private void damage(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA writable_schema = ON");
      assertEquals(1, statement.executeUpdate(sql));
    }
  }
}
