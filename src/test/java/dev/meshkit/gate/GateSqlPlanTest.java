package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each statement that runs once an effect or a run uses its index, and none sorts. */
class GateSqlPlanTest {
  @TempDir Path directory;

  @Test
  void statementsUseTheirIndexAndNeverSort() throws Exception {
    var hot =
        Map.ofEntries(
            Map.entry(RunTable.FIND, "SEARCH run USING INDEX sqlite_autoindex_run_1"),
            Map.entry(RunTable.RID, "sqlite_autoindex_run_1"),
            Map.entry(RunTable.OPEN, "SEARCH run USING INDEX run_open"),
            Map.entry(RunTable.MARK, "INTEGER PRIMARY KEY"),
            Map.entry(RunTable.CHANGE, "effect_step (rid=? AND step=? AND occ=?)"),
            Map.entry(RunTable.ONE, "effect_step (rid=? AND step=? AND occ=?)"),
            Map.entry(RunTable.ONE_PLAIN, "effect_place (rid=? AND n=?)"),
            Map.entry(RunTable.PAGE, "effect_step (rid=? AND (step,occ)>(?,?))"),
            Map.entry(RunTable.PAGE_PLAIN, "effect_place (rid=? AND n>?)"),
            Map.entry(RunTable.DOUBT, "SEARCH effect USING INDEX effect_open"),
            Map.entry(RunTable.LEVELS, "SCAN run USING INDEX run_open"),
            Map.entry(RunTable.UNFINISHED, "SCAN run USING INDEX run_open"),
            Map.entry(RunTable.OVER, "SEARCH run USING INDEX run_exp"),
            Map.entry(RunTable.CLEAR, "effect_step (rid=?)"),
            Map.entry(RunTable.CLEAR_PLAIN, "effect_place (rid=?)"),
            Map.entry(RunTable.PLACES, "effect_place (rid=?)"),
            Map.entry(ValueTable.LISTS, "SEARCH run_value USING PRIMARY KEY (rid=?)"),
            Map.entry(ValueTable.SOME, "SEARCH v USING INTEGER PRIMARY KEY (rowid=?)"),
            Map.entry(ValueTable.ONE, "SEARCH v USING INTEGER PRIMARY KEY (rowid=?)"),
            Map.entry(ValueTable.PLACES, "SEARCH v USING INTEGER PRIMARY KEY (rowid=?)"),
            Map.entry(ValueTable.UNLISTED, "SEARCH v USING INTEGER PRIMARY KEY (rowid>?)"),
            Map.entry(ValueTable.LAST, "SEARCH effect_value"),
            Map.entry(ValueTable.LEFT, "run USING INDEX run_open"),
            Map.entry(ValueTable.FROM, "SEARCH effect_value USING INTEGER PRIMARY KEY (rowid>?)"),
            Map.entry(ValueTable.CLEAR, "SEARCH effect_value USING INTEGER PRIMARY KEY (rowid=?)"),
            Map.entry(ValueTable.UNLIST, "SEARCH run_value USING PRIMARY KEY (rid=? AND since=?)"),
            Map.entry(ValueTable.SHORTEN, "SEARCH run_value USING PRIMARY KEY (rid=? AND since=?)"),
            Map.entry(RecordedEffect.DOUBTFUL, "SCAN e USING INDEX effect_open"),
            Map.entry(RecordedEffect.DOUBT, "effect_step (rid=? AND step=? AND occ=?)"),
            Map.entry(RecordedEffect.ALL_DOUBTFUL, "effect USING INDEX effect_open"),
            Map.entry(RecordedRun.NEWEST, "SCAN run"),
            Map.entry(RecordedRun.UNFINISHED, "SCAN run USING INDEX run_open"),
            Map.entry(GateLog.LAST, "SEARCH gate_log USING INDEX gate_log_change"),
            Map.entry(FirstDecision.FIND, "SEARCH decision USING PRIMARY KEY"),
            Map.entry(FirstDecision.CLEAR, "SEARCH decision USING PRIMARY KEY (change_id=?)"),
            Map.entry(GateRows.PAGE, "SEARCH gate USING PRIMARY KEY"),
            Map.entry(GateRows.TRIM, "SEARCH gate_log USING INTEGER PRIMARY KEY"));
    try (var store = StoreFixture.open(directory)) {
      for (var statement : hot.entrySet()) {
        var plan = plan(store, statement.getKey());
        assertTrue(plan.contains(statement.getValue()), statement.getKey() + "\n" + plan);
        assertEquals(-1, plan.indexOf("TEMP B-TREE"), statement.getKey() + "\n" + plan);
      }
    }
  }

  /** Asked by people, of one run: what it found by the index is put in order then. */
  @Test
  void theEffectsOfOneRunAreFoundByItsNumber() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      var plan = plan(store, RecordedEffect.OF_RUN);
      assertTrue(plan.contains("effect_place (rid=?)"), plan);
      assertTrue(plan.contains("effect_step (rid=?)"), plan);
      assertTrue(plan.contains("SEARCH l USING PRIMARY KEY (rid=?)"), plan);
      assertTrue(plan.contains("SEARCH v USING INTEGER PRIMARY KEY (rowid=?)"), plan);
      assertTrue(plan.contains("SEARCH v USING INTEGER PRIMARY KEY (rowid>?)"), plan);
    }
  }

  private static String plan(Store store, String sql) throws InterruptedException {
    return String.join(
        "\n",
        store
            .read(read -> read.query("EXPLAIN QUERY PLAN " + sql, row -> row.getString(4)))
            .orThrow());
  }
}
