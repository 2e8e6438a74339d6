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
 * Q3, and the table of faults, damage: what an application has in the file is not taken for
 * damage of it.
 */
@Timeout(120)
class OthersTest {
  private static final List<String> SEARCH =
      List.of(
          "CREATE TABLE app_d (x TEXT)",
          "CREATE VIRTUAL TABLE app_f USING fts5(x, content='app_d')",
          "INSERT INTO app_d VALUES ('hello')");

  @TempDir Path directory;

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
}
