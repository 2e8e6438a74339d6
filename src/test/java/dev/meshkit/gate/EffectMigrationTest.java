package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * G13, G15: what a build before the tables of 082 recorded replays, and calls keep their tokens.
 */
class EffectMigrationTest {
  /** What 080 made; it had a token for each effect, and one index by step. */
  private static final List<String> AS_OF_081 =
      List.of(
          "DROP VIEW v_gates",
          "DROP VIEW v_runs",
          "DROP VIEW v_effects",
          """
          CREATE TABLE old (rid INTEGER NOT NULL, step TEXT NOT NULL, occ INTEGER NOT NULL,
            n INTEGER NOT NULL, st INTEGER NOT NULL, mode INTEGER NOT NULL, input BLOB,
            token BLOB NOT NULL, boot INTEGER NOT NULL, tries INTEGER NOT NULL, type TEXT NOT NULL,
            schema INTEGER NOT NULL, crc INTEGER NOT NULL, value BLOB, error BLOB,
            wall INTEGER NOT NULL, UNIQUE (rid, step, occ)) STRICT""",
          """
          INSERT INTO old SELECT rid, step, occ, n, st, mode, input, coalesce(token, zeroblob(16)),
            boot, tries, type, schema, crc, value, error, wall FROM effect""",
          """
          INSERT INTO old SELECT place >> 28, substr(what, 1, instr(what, ' ') - 1), place & 16383,
            place >> 14 & 16383, 1, 0, NULL, zeroblob(16), 0, 0, 'number', 1,
            CASE WHEN seal & 0x80000000 THEN (seal & 0xffffffff) - 0x100000000 ELSE seal & 0xffffffff END,
            value, NULL, seal >> 32 FROM effect_value""",
          "DROP TABLE effect_value", // of 085
          "DROP TABLE run_value",
          "ALTER TABLE run DROP COLUMN since",
          "DROP TABLE effect",
          "ALTER TABLE old RENAME TO effect",
          "CREATE INDEX effect_open ON effect (boot) WHERE st IN (0, 3)",
          "DROP VIEW v_forgotten",
          "DROP TABLE forgotten", // of 083
          "DROP VIEW v_decisions",
          "DROP TABLE decision", // of 084
          "PRAGMA user_version = 81");

  @TempDir Path directory;
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger called = new AtomicInteger();
  private final List<String> tokens = new ArrayList<>();
  private boolean isReached;

  /**
   * Every kind of row: in its place, of a strand, with a key, failed, of a call, without an end.
   */
  private Result<Long> branch(Run run) throws InterruptedException {
    var effects = run.effects();
    var number = Step.of("n", ValueType.NUMBER);
    var sum = 0L;
    for (var i = 0; i < 300; i++) sum += effects.value(number, this::next).orThrow();
    sum += effects.strand("s").value(number, this::next).orThrow();
    sum += effects.value(number.key("k"), this::next).orThrow();
    var fails = Step.of("fails", ValueType.NUMBER);
    var failed = effects.value(fails, this::failing);
    assertEquals("error.test.never", RuleTest.error(failed).code());
    sum += effects.localTx(number, _ -> next()).orThrow();
    sum += effects.idempotent(number, Bytes.EMPTY, (_, _) -> Result.ok(next())).orThrow();
    var token = new String[1];
    var open =
        effects.idempotent(
            number,
            Bytes.utf8("in"),
            (name, _) -> {
              called.incrementAndGet();
              token[0] = name.toString();
              return isReached ? Result.ok(0L) : Result.err(RunsContract.LATER);
            });
    tokens.add(token[0]);
    var whole = sum;
    if (!isReached) return open.map(_ -> whole);
    return effects.value(Step.of("later", ValueType.NUMBER), this::next).map(more -> whole + more);
  }

  private long failing() {
    made.incrementAndGet();
    throw new MeshException(RunsContract.NEVER);
  }

  private long next() {
    return made.incrementAndGet();
  }

  @Test
  void whatAnOlderBuildRecordedReplays() throws Exception {
    try (var bed = EffectBed.durable(directory)) {
      assertEquals(RunsContract.LATER, RuleTest.error(bed.run("k", this::branch)));
    }
    var before = made.get();
    asOf081();
    try (var bed = EffectBed.durable(directory)) {
      assertEquals(85, bed.number("PRAGMA user_version"));
      assertEquals(301, bed.number("SELECT count(*) FROM effect WHERE token IS NULL"));
      isReached = true;
      var sum = 300L * 301 / 2 + 301 + 302 + 304 + 305; // the 303rd failed
      for (var i = 0; i < 2; i++) {
        assertEquals(Result.ok(sum + before + 1), bed.run("k", this::branch));
        assertEquals(before + 1, made.get());
      }
      assertEquals(1, bed.number("SELECT count(*) FROM effect_value"));
      assertEquals(2, called.get());
      assertEquals(tokens.getFirst(), tokens.get(1));
      assertEquals("DONE", bed.state("k"));
    }
    assertEquals("81", read("mesh.db.before-81", "PRAGMA user_version"));
    assertEquals("306", read("mesh.db.before-81", "SELECT count(*) FROM effect"));
  }

  private void asOf081() throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory + "/mesh.db");
        var statement = connection.createStatement()) {
      for (var sql : AS_OF_081) statement.executeUpdate(sql);
    }
  }

  private String read(String file, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory + "/" + file);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.getString(1);
    }
  }
}
