package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Q3, Q20: an application's SQL reaches its own tables, and leaves the transaction alone. */
class AppSqlTest {
  private static final Set<String> RESERVED = Set.of("task", "lane", "progress");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM task",
        "DELETE FROM 'task'",
        "DELETE FROM \"TASK\"",
        "DELETE FROM [task]",
        "DELETE FROM `task`",
        "DELETE FROM main.'Task'",
        "DELETE FROM/**/'task'",
        "UPDATE 'progress' SET batch = 0",
        "INSERT INTO app_x SELECT seq FROM app_y, 'task'",
        "SELECT 1 FROM app_x WHERE 1 IN 'task'",
        "SELECT 'it''s', seq FROM 'task'",
        "CREATE TABLE app_x (i REFERENCES 'task')",
        "CREATE VIEW app_v AS SELECT * FROM [task]",
        "ALTER TABLE app_x RENAME TO 'task'",
        "DROP TABLE IF EXISTS 'lane'",
        "SELECT * FROM 'sqlite_schema'",
        "INSERT OR ROLLBACK INTO app_x VALUES (1)",
        "UPDATE OR rollback app_x SET i = 1",
        "CREATE TABLE app_x (i INTEGER PRIMARY KEY ON CONFLICT ROLLBACK)",
        "CREATE TABLE app_x (i UNIQUE ON CONFLICT /* */ Rollback)",
        "ALTER TABLE app_x ADD COLUMN j NOT NULL ON CONFLICT ROLLBACK DEFAULT 1",
        "ROLLBACK",
        "COMMIT",
        "END",
        "RELEASE op",
        "SAVEPOINT mine",
        "PRAGMA user_version = 1",
        "VACUUM",
        "ATTACH 'other.db' AS other",
        "DELETE FROM app_x; DELETE FROM app_y",
        "CREATE TABLE mine (app_x INTEGER)",
        "CREATE TABLE 'mine' AS SELECT 1 FROM app_x",
        "ALTER TABLE app_x RENAME TO mine",
        "CREATE TABLE temp (app_x INTEGER)",
        "CREATE TEMP TABLE app_x (i INTEGER)",
        "CREATE TEMPORARY VIEW app_v AS SELECT 1",
        "CREATE TABLE temp.app_x (i INTEGER)",
        "CREATE TABLE main (app_x INTEGER)",
        "CREATE TABLE trigger (app_x INTEGER)",
        "CREATE TABLE if (app_x INTEGER)",
        "CREATE UNIQUE INDEX one_order ON app_x (i)",
        "CREATE VIEW shop AS SELECT i FROM app_x",
        "CREATE VIRTUAL TABLE app_f USING fts5(x)",
        "DROP INDEX mine",
        "CREATE TRIGGER app_t AFTER INSERT ON app_x BEGIN DELETE FROM app_y; END",
        "DROP TRIGGER app_t",
        ""
      })
  void whatIsNotItsOwnIsRefused(String sql) {
    assertThrows(IllegalArgumentException.class, () -> AppSql.check(sql, RESERVED));
  }

  /** Q20 One that is refused for its semicolons would be split by who does not know better. */
  @ParameterizedTest
  @ValueSource(strings = {"", "TEMP ", "temporary "})
  void aTriggerIsRefusedAsOne(String how) {
    var sql = "CREATE " + how + "TRIGGER app_t DELETE ON app_x BEGIN DELETE FROM app_y; END;";
    var refused = assertThrows(IllegalArgumentException.class, () -> AppSql.check(sql, RESERVED));
    assertTrue(String.valueOf(refused.getMessage()).contains("no triggers"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a task', i FROM app_x WHERE s = 'it''s' -- of task",
        "INSERT INTO app_x VALUES ('x''task')",
        "INSERT OR REPLACE INTO app_x VALUES (?, ?)",
        "UPDATE app_x SET \"rollback\" = 1",
        "CREATE TABLE IF NOT EXISTS app_x (tasks TEXT)",
        "CREATE UNIQUE INDEX app_x_i ON app_x (i)",
        "CREATE TABLE 'app_x' (i INTEGER)",
        "CREATE TABLE main.app_x (i INTEGER)",
        "CREATE TABLE IF NOT EXISTS \"main\" . app_x (i INTEGER)",
        "CREATE VIEW app_v AS SELECT app_x.i FROM app_x",
        "ALTER TABLE app_x RENAME TO app_y",
        "ALTER TABLE app_x RENAME COLUMN i TO j",
        "DROP TABLE IF EXISTS app_x",
        "WITH n AS (SELECT 1) INSERT INTO app_x SELECT * FROM n;",
      })
  void whatIsItsOwnPasses(String sql) {
    AppSql.check(sql, RESERVED);
  }

  /** Q20 A conflict in it ends nobody's transaction: what is in the batch beside it is there. */
  @Test
  void aConflictIsItsOwnAlone() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var app =
          Op.<Integer>record("app", tx -> refused(tx, "INSERT OR ROLLBACK INTO app_x VALUES (1)"));
      store
          .submit(Op.record("table", tx -> tx.update("CREATE TABLE app_x (i PRIMARY KEY)")))
          .orThrow();
      store.submit(Op.record("one", tx -> tx.update("INSERT INTO app_x VALUES (1)"))).orThrow();
      assertEquals(1, store.submit(app).orThrow());
      var rows = store.read(r -> r.query("SELECT i FROM app_x ORDER BY i", row -> row.getInt(1)));
      assertEquals(List.of(1, 2), rows.orThrow());
    }
  }

  private static int refused(StoreTx tx, String sql) {
    var added = tx.update("INSERT INTO app_x VALUES (2)");
    var thrown = tx.guarded("app", app -> app.update(sql));
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          throw thrown.orElseThrow();
        });
    return added;
  }
}
