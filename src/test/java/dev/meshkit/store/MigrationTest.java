package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q10 Migrations: all or nothing, with a way back from those that rewrite. */
class MigrationTest {
  @TempDir Path directory;

  /** Q10 One that fails leaves the file at the step before it, and the next program goes on. */
  @Test
  void aMigrationThatFailsLeavesTheStepBeforeIt() throws Exception {
    open("first").orThrow().close();
    var refused = error(open("failing"));
    assertEquals("MK-STO-001", refused.details().get("mk"));
    assertEquals(List.of("900"), read("mesh.db", "PRAGMA user_version"));
    assertEquals(List.of("1", "2", "3"), read("mesh.db", "SELECT * FROM thing ORDER BY a"));
    open("rewriting").orThrow().close();
    assertEquals(List.of("10", "20", "30"), read("mesh.db", "SELECT a FROM thing ORDER BY a"));
  }

  /** Q10 One that rewrites leaves the database as it was beside the new one. */
  @Test
  void aMigrationThatRewritesLeavesABackup() throws Exception {
    open("first").orThrow().close();
    open("rewriting").orThrow().close();
    assertEquals(List.of("901"), read("mesh.db", "PRAGMA user_version"));
    var before = "mesh.db.before-900";
    assertEquals(List.of("ok"), read(before, "PRAGMA integrity_check"));
    assertEquals(List.of("900"), read(before, "PRAGMA user_version"));
    assertEquals(List.of("1", "2", "3"), read(before, "SELECT a FROM thing ORDER BY a"));
  }

  @Test
  void aNewDatabaseHasNothingToBackUp() {
    open("rewriting").orThrow().close();
    assertFalse(Files.exists(directory.resolve("mesh.db.before-900")));
  }

  /** Q7 A newer file lets an older program in if it says so, and stays what it is. */
  @Test
  void aNewerFileLetsInTheProgramsItNames() throws Exception {
    open("rewriting").orThrow().close(); // it names 900 and later
    open("first").orThrow().close();
    assertEquals(List.of("901"), read("mesh.db", "PRAGMA user_version"));
    execute("UPDATE meta SET i = 901 WHERE k = 'min_reader'");
    assertEquals("MK-STO-004", error(open("first")).details().get("mk"));
  }

  private Result<Store> open(String schema) {
    var mesh = StoreFixture.options(directory);
    return Store.open(
        new StoreOptions(
            mesh.file(),
            schema,
            mesh.clocks(),
            mesh.chance(),
            mesh.limits(),
            mesh.identity(),
            mesh.meters()));
  }

  private void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url("mesh.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private List<String> read(String name, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url(name));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var all = new ArrayList<String>();
      while (rows.next()) all.add(rows.getString(1));
      return all;
    }
  }

  private String url(String name) {
    return "jdbc:sqlite:" + directory.resolve(name);
  }
}
