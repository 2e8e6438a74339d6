package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.store.DiskRecording.Step;
import dev.meshkit.store.LossyDisk.Loss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q1 A queue's tasks at a loss of power: a real process is recorded, as for a store's rows. */
@Timeout(300)
class QueuePowerLossTest {
  private static final Path STRACE = Path.of("/usr/bin/strace");
  private static final String[] FILES = {"mesh.db", "mesh.db-wal"};
  private static final String LIVE =
      "SELECT 'live', coalesce(t.body, b.body) FROM task t LEFT JOIN task_blob b ON b.seq = t.seq";
  private static final String DEAD = "SELECT 'dead', body FROM dead";
  private static final String ORPHANS =
      """
      SELECT (SELECT count(*) FROM lease WHERE seq NOT IN (SELECT seq FROM task))
        + (SELECT count(*) FROM task_blob WHERE seq NOT IN (SELECT seq FROM task))
        + (SELECT count(*) FROM lane l WHERE n_live <> (SELECT count(*) FROM task WHERE lid = l.lid)
          OR n_dead <> (SELECT count(*) FROM dead WHERE lid = l.lid)
          OR n_leased <> (SELECT count(*) FROM lease))""";

  @TempDir Path directory;

  /** Q1, Q17 Each task is where it was last said to be, or where it was just going. */
  @Test
  void eachTaskIsWhereItWasSaidToBe() throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "no strace on this machine");
    var data = Files.createDirectory(directory.resolve("data"));
    StoreFixture.open(data).close();
    var disk = LossyDisk.of(data, "mesh.db");
    var steps = recorded(data);
    var states = states(steps);
    assertEquals(1 + QueuePowerLossChild.TASKS * 5 / 3, states.size());
    var chance = new SplittableRandom(12);
    var said = 0;
    for (var step : steps) {
      var either = Set.copyOf(states.subList(said, Math.min(said + 2, states.size())));
      if (step instanceof Step.Synced) losePower(disk, chance, either); // just before it is done
      disk.apply(step);
      if (step instanceof Step.Said) said++;
    }
    losePower(disk, chance, Set.of(states.getLast()));
  }

  private List<Step> recorded(Path data) throws Exception {
    var log = directory.resolve("strace");
    try (var child =
        ChildJvm.under(DiskRecording.STRACE + log, QueuePowerLossChild.class, data.toString())) {
      assertEquals(0, child.await());
    }
    return DiskRecording.read(log);
  }

  /** Where the tasks are by what was said, from nothing to the last word: live, dead, or gone. */
  private static List<TreeMap<Integer, String>> states(List<Step> steps) {
    var all = new ArrayList<TreeMap<Integer, String>>();
    all.add(new TreeMap<>());
    for (var step : steps) {
      if (!(step instanceof Step.Said(var line))) continue;
      var words = line.split(" ");
      var next = new TreeMap<>(all.getLast());
      if (words[0].equals("done")) next.remove(Integer.valueOf(words[1]));
      else next.put(Integer.valueOf(words[1]), words[0]);
      all.add(next);
    }
    return all;
  }

  private void losePower(
      LossyDisk disk, RandomGenerator chance, Set<TreeMap<Integer, String>> either)
      throws IOException, SQLException {
    for (var loss : Loss.values()) {
      var after = Files.createTempDirectory(directory, "after");
      disk.lose(loss, chance, after, FILES);
      var found = found(after.resolve("mesh.db"));
      assertTrue(either.contains(found), loss + ": " + found + " is none of " + either);
      for (var name : FILES) Files.deleteIfExists(after.resolve(name));
    }
  }

  private static TreeMap<Integer, String> found(Path file) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF"); // it is a copy, and closing it syncs
      try (var check = statement.executeQuery("PRAGMA integrity_check")) {
        assertEquals("ok", check.getString(1));
      }
      try (var orphans = statement.executeQuery(ORPHANS)) {
        assertEquals(0, orphans.getInt(1), "rows that do not agree");
      }
      var found = new TreeMap<Integer, String>();
      add(found, statement, LIVE);
      add(found, statement, DEAD);
      return found;
    }
  }

  private static void add(TreeMap<Integer, String> found, Statement statement, String sql)
      throws SQLException {
    var bodies = new HashSet<String>();
    try (var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        var body = new String(rows.getBytes(2), StandardCharsets.UTF_8);
        assertTrue(bodies.add(body), "twice");
        var task = QueuePowerLossChild.task(body);
        assertEquals(QueuePowerLossChild.body(task), body);
        assertEquals(null, found.put(task, rows.getString(1)), "both live and dead");
      }
    }
  }
}
