package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.store.Op;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q8 Each hot statement uses its index and none sorts (R5); no ids from the driver (R4). */
class SqlPlanTest {
  private static final String FILL =
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
      INSERT INTO task (seq, lid, ord, st, due, max_attempt, enq_wall, kind, codec, crc, size)
      SELECT i, i % 7, i, i % 3 = 0, i, 5, 0, 'k', 0, 0, 0 FROM n""";

  @TempDir Path directory;

  @Test
  void hotStatementsUseTheirIndexAndNeverSort() throws Exception {
    var hot =
        Map.ofEntries(
            Map.entry(TaskTable.READY, "task_ready"),
            Map.entry(TaskTable.DUE, "task_due"),
            Map.entry(TaskTable.NEXT_DUE, "task_due"),
            Map.entry(TaskTable.DELAYED, "task_due"),
            Map.entry(TaskTable.DEDUP, "task_dedup"),
            Map.entry(Deduping.FIND, "USING PRIMARY KEY"),
            Map.entry(Deduping.PRUNE, "dedup_exp"),
            Map.entry(Cancelling.BOUND, "INTEGER PRIMARY KEY"),
            Map.entry(Cancelling.PAGE, "SEARCH t USING INTEGER PRIMARY KEY"),
            Map.entry(Coalescing.WAITING, "task_coal"),
            Map.entry(Coalescing.OLDEST, "task_ready"),
            Map.entry(LeaseTable.DELETE, "INTEGER PRIMARY KEY"),
            Map.entry(LaneTable.FRONTS, "task_ready"),
            Map.entry(LaneTable.OLDEST_FRONT, "task_ready"),
            Map.entry(LaneTable.DROP, "INTEGER PRIMARY KEY"),
            Map.entry(LaneTable.HEADS_EXPIRE, "task_ready"),
            Map.entry(DeadTable.LIST, "dead_list"),
            Map.entry(DeadTable.OLDEST, "dead_list"),
            Map.entry(DeadTable.NEWEST, "dead_list"));
    try (var store = StoreFixture.open(directory)) {
      for (var rows : List.of(0, 1_000_000)) {
        if (rows > 0) store.submit(Op.record("fill", tx -> tx.update(FILL))).orThrow();
        for (var statement : hot.entrySet()) {
          var plan =
              store
                  .read(
                      reading ->
                          reading.query(
                              "EXPLAIN QUERY PLAN " + statement.getKey(), row -> row.getString(4)))
                  .orThrow();
          var text = String.join("\n", plan);
          assertTrue(text.contains(statement.getValue()), statement.getKey() + "\n" + text);
          assertTrue(!text.contains("TEMP B-TREE"), statement.getKey() + "\n" + text);
        }
      }
    }
  }

  /** R4 */
  @Test
  void idsComeFromJava() throws IOException {
    var offenders = new java.util.ArrayList<String>();
    for (var name : List.of("store", "queue")) {
      try (var files = Files.list(Path.of("src/main/java/dev/meshkit", name))) {
        for (var file : files.toList()) {
          var text = Files.readString(file);
          if (text.contains(" RETURNING ") || text.contains("getGeneratedKeys()"))
            offenders.add(file.toString());
        }
      }
    }
    assertEquals(List.of(), offenders);
  }
}
