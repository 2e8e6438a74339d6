package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q8 Each hot statement uses its index and none sorts (R5); no ids from the driver (R4). */
class SqlPlanTest {
  private static final String FILL =
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
      INSERT INTO task (seq, lid, ord, st, due, max_attempt, enq_wall, kind, codec, crc, size)
      SELECT i, i % 7, i, i % 3 = 0, i, 5, 0, 'k', 0, 0, 0 FROM n""";

  private static final Pattern SQL =
      Pattern.compile("(SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\\b");

  /** A table read from end to end, or rows put in order. */
  private static final Pattern WHOLE_TABLE =
      Pattern.compile("^SCAN (?!CONSTANT|sqlite_sequence)|TEMP B-TREE");

  /** Statements that may: of tables that are small, or once a start. */
  private static final Map<String, String> WHOLE =
      Map.ofEntries(
          Map.entry("Deduping.NEXT", "the first of an index"),
          Map.entry("InboxTable.STORES", "at most four of a peer, put in order"),
          Map.entry("InboxTable.OLD", "once an hour, on a reader"),
          Map.entry("InboxTable.PRUNE", "only when there is something old"),
          Map.entry("JobTable.COLUMNS", "only a part of others"),
          Map.entry("JobTable.RUNNING", "at most 10,000 rows, once a start"),
          Map.entry("JobTable.TRIM", "at most 10,000 rows, once an order"),
          Map.entry("LaneTable.HEADS_EXPIRE", "at most 5,000 lanes a look, their heads by index"),
          Map.entry("LaneTable.LOAD", "all lanes, once a start"),
          Map.entry("LaneTable.RECOUNT", "of one lane, after a foreign hand; by its indexes"),
          Map.entry("Traces.TRIM", "the oldest 1,024 by their number, once 256 steps"),
          Map.entry("LeaseTable.ORPHANS", "all leases, once a start"),
          Map.entry("LeaseTable.LEFT", "all leases, once a start"));

  @TempDir Path directory;

  @Test
  void hotStatementsUseTheirIndexAndNeverSort() throws Exception {
    var hot =
        Map.ofEntries(
            Map.entry(TaskTable.READY, "task_ready"),
            Map.entry(Traces.OF_TASK, "trace_seq"),
            Map.entry(TaskTable.DUE, "task_due"),
            Map.entry(TaskTable.NEXT_DUE, "task_due"),
            Map.entry(TaskTable.DELAYED, "task_due"),
            Map.entry(TaskTable.HOLDER, "task_delayed"),
            Map.entry(LaneTable.RECOUNT, "task_delayed"),
            Map.entry(TaskTable.FIRST_DELAYED, "task_delayed"),
            Map.entry(TaskTable.DEDUP, "task_dedup"),
            Map.entry(Deduping.FIND, "USING PRIMARY KEY"),
            Map.entry(Deduping.PRUNE, "dedup_exp"),
            Map.entry(Cancelling.BOUND, "INTEGER PRIMARY KEY"),
            Map.entry(Cancelling.PAGE, "SEARCH t USING INTEGER PRIMARY KEY"),
            Map.entry(Coalescing.WAITING, "task_coal"),
            Map.entry(Coalescing.OLDEST, "task_ready"),
            Map.entry(Coalescing.NEWER, "task_coal"),
            Map.entry(LeaseTable.DELETE, "INTEGER PRIMARY KEY"),
            Map.entry(LeaseTable.ADD_RUN, "SEARCH t USING INTEGER PRIMARY KEY"),
            Map.entry(LeaseTable.HELD, "INTEGER PRIMARY KEY"),
            Map.entry(LeaseTable.DELETE_RUN, "INTEGER PRIMARY KEY"),
            Map.entry(TaskTable.REMOVE_RUN, "INTEGER PRIMARY KEY"),
            Map.entry(TaskTable.REMOVE_BLOBS, "INTEGER PRIMARY KEY"),
            Map.entry(LeaseTable.LEFT, "SEARCH t USING INTEGER PRIMARY KEY"),
            Map.entry(Lifetimes.TASKS, "SEARCH t USING INTEGER PRIMARY KEY"),
            Map.entry(Lifetimes.OVER, "SEARCH t USING INTEGER PRIMARY KEY"),
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
          var text = plan(store, statement.getKey());
          assertTrue(text.contains(statement.getValue()), statement.getKey() + "\n" + text);
          assertTrue(!text.contains("TEMP B-TREE"), statement.getKey() + "\n" + text);
        }
        assertEquals(List.of(), unplanned(store), "statements that read or sort whole tables");
      }
    }
  }

  /**
   * Of all statements that this package has, those that read a whole table or sort, and are not
   * known to: what somebody adds is looked at without being named here.
   */
  private static List<String> unplanned(Store store) throws Exception {
    var found = new ArrayList<String>();
    var statements = statements();
    for (var known : WHOLE.keySet())
      if (!statements.containsKey(known)) found.add(known + " is no statement any more");
    for (var one : statements.entrySet()) {
      var plan = plan(store, one.getValue());
      var isWhole = plan.lines().anyMatch(line -> WHOLE_TABLE.matcher(line).find());
      if (isWhole != WHOLE.containsKey(one.getKey())) found.add(one.getKey() + ": " + plan);
    }
    assertTrue(statements.size() > 60, "they were not found: " + statements.keySet());
    return found;
  }

  /** Every constant that is SQL, by class and name. */
  private static Map<String, String> statements() throws Exception {
    var all = new TreeMap<String, String>();
    try (var files = Files.list(Path.of("target/classes/dev/meshkit/queue"))) {
      for (var file : files.filter(name -> name.toString().endsWith(".class")).toList()) {
        var name = file.getFileName().toString().replace(".class", "");
        if (name.equals("package-info")) continue;
        for (var field : Class.forName("dev.meshkit.queue." + name).getDeclaredFields()) {
          var isConstant =
              Modifier.isStatic(field.getModifiers()) && field.getType() == String.class;
          if (!isConstant || !field.trySetAccessible()) continue;
          var text = String.valueOf(field.get(null));
          var isPart = text.startsWith("SELECT") && !text.contains("FROM"); // a list of columns
          if (!isPart && SQL.matcher(text).lookingAt()) all.put(name + "." + field.getName(), text);
        }
      }
    }
    return all;
  }

  private static String plan(Store store, String sql) throws InterruptedException {
    return String.join(
        "\n",
        store
            .read(read -> read.query("EXPLAIN QUERY PLAN " + sql, row -> row.getString(4)))
            .orThrow());
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
