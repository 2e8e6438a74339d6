package dev.meshkit.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a killed process has left on disk, read from a copy, so that the log is still there for the
 * next process to find.
 *
 * @param tasks those that live
 * @param dead those that do not
 * @param done tasks whose acknowledgement had work, as often as it was applied
 * @param readers queue and number up to which its reader has read, as "queue number"
 * @param wrong lanes whose counters are wrong, messages applied twice, and what else is to be 0
 */
record KillSnapshot(
    List<Row> tasks, List<Row> dead, List<Long> done, List<String> readers, List<String> wrong) {
  private static final String TASKS =
      """
      SELECT seq, CAST(body AS TEXT), attempt, max_attempt, crash, 0, 0,
        coalesce((SELECT l.attempt FROM lease l WHERE l.seq = t.seq), 0) FROM task t""";
  private static final String DEAD =
      """
      SELECT seq, CAST(body AS TEXT), attempts, max_attempt, crashes, reason, did, 0 FROM dead""";
  private static final String READERS =
      "SELECT replace(poison, '-poison', '') || ' ' || did FROM poison_reader WHERE name = 'reader'";
  private static final String LEASED_GHOSTS =
      "SELECT count(*) FROM lease l WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.seq = l.seq)";
  private static final String GOT_TWICE = "SELECT count(*) - count(DISTINCT n) FROM app_got";
  private static final String GOT_WITHOUT_MARK =
      "SELECT coalesce((SELECT max(hi) FROM inbox), 0) - (SELECT count(*) FROM app_got)";
  private static final String GOT_WITHOUT_TOKEN =
      "SELECT (SELECT count(*) FROM once) - (SELECT count(*) FROM app_got)";
  private static final String GAPS = "SELECT coalesce(sum(length(missing)), 0) FROM inbox";

  /**
   * A task.
   *
   * @param seq its number
   * @param tag what it carries
   * @param attempt charged
   * @param most at most
   * @param crashes of processes that held it
   * @param reason why it is dead
   * @param did its number among the dead
   * @param held the attempt that the process took with it, 0 for none
   */
  record Row(
      long seq, String tag, int attempt, int most, int crashes, int reason, long did, int held) {
    /** The next start finds it dead. */
    boolean isCondemned() {
      return held > 0 && (crashes + 1 >= KillLoad.CRASHES || held >= most);
    }

    private static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong(1),
          row.getString(2),
          row.getInt(3),
          row.getInt(4),
          row.getInt(5),
          row.getInt(6),
          row.getLong(7),
          row.getInt(8));
    }
  }

  static KillSnapshot of(Path home, Path copy) throws IOException, SQLException {
    for (var part : List.of("mesh.db", "mesh.db-wal", "mesh.db-shm")) {
      Files.deleteIfExists(copy.resolve(part));
      var from = home.resolve(part);
      if (Files.exists(from) && !part.endsWith("-shm"))
        Files.copy(from, copy.resolve(part), StandardCopyOption.REPLACE_EXISTING);
    }
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("mesh.db"))) {
      return has(db, "task") ? of(db) : nothing();
    }
  }

  private static KillSnapshot nothing() {
    return new KillSnapshot(List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static KillSnapshot of(Connection db) throws SQLException {
    var wrong = new ArrayList<String>();
    zero(db, CountersTest.WRONG, "lanes whose counters are not count(*)", wrong);
    zero(db, LEASED_GHOSTS, "leases of no task", wrong);
    if (has(db, "app_got")) {
      zero(db, GOT_TWICE, "messages applied twice", wrong);
      zero(db, GOT_WITHOUT_MARK, "messages without mark, or marks without message", wrong);
      zero(db, GOT_WITHOUT_TOKEN, "messages without token, or tokens without message", wrong);
      zero(db, GAPS, "gaps in the inbox", wrong);
    }
    var done = has(db, "app_done") ? list(db, "SELECT seq FROM app_done", seq()) : List.<Long>of();
    var damage = list(db, "PRAGMA quick_check(1)", row -> row.getString(1));
    if (!damage.equals(List.of("ok"))) wrong.add("damage: " + damage);
    return new KillSnapshot(
        list(db, TASKS, Row::of),
        list(db, DEAD, Row::of),
        done,
        list(db, READERS, row -> row.getString(1)),
        wrong);
  }

  private static void zero(Connection db, String sql, String what, List<String> wrong)
      throws SQLException {
    var count = list(db, sql, seq()).getFirst();
    if (count != 0) wrong.add(count + " " + what);
  }

  private static boolean has(Connection db, String table) throws SQLException {
    var sql = "SELECT 1 FROM sqlite_schema WHERE name = '" + table + "'";
    return !list(db, sql, seq()).isEmpty();
  }

  /** Reads one row. */
  private interface Read<T> {
    T from(ResultSet row) throws SQLException;
  }

  private static Read<Long> seq() {
    return row -> row.getLong(1);
  }

  private static <T> List<T> list(Connection db, String sql, Read<T> read) throws SQLException {
    try (var statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      var all = new ArrayList<T>();
      while (rows.next()) all.add(read.from(rows));
      return all;
    }
  }
}
