package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q41 What a store counts is there at 0 from the start, and its events are made by what it does.
 */
class StoreMetersTest {
  @TempDir Path directory;

  @Test
  void everyMeterOfTheStoreIsThereFromTheStart() {
    var scrape = new Meters(Map.of()).scrape();
    for (var name :
        List.of(
            "commit_seconds_count",
            "ops_per_commit_count",
            "submit_depth",
            "wal_bytes",
            "db_bytes",
            "oldest_reader_seconds",
            "checkpoint_seconds_count",
            "busy_total",
            "foreign_change_total",
            "clock_jump_total")) {
      for (var file : List.of("mesh.db", "election.db")) assertValue(scrape, name, file, 0);
    }
    assertTrue(
        scrape.contains("meshkit_store_state{file=\"election.db\",state=\"FAILED\"} 0.0\n"),
        scrape);
  }

  @Test
  void anOpenStoreShowsItsFilesAndItsState() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      store.submit(put(1)).orThrow();
      var scrape = store.meters().scrape();
      assertTrue(value(scrape, "db_bytes") >= 4096, scrape);
      assertTrue(value(scrape, "wal_bytes") >= 4096, scrape);
      assertTrue(
          scrape.contains("meshkit_store_state{file=\"mesh.db\",state=\"OK\"} 1.0\n"), scrape);
    }
  }

  /** An edit from a shell is seen at the next commit, and once; the store's own are none. */
  @Test
  void anotherProgramsEditIsCounted() throws Exception {
    try (var store = StoreFixture.open(directory)) {
      for (var i = 0; i < 3; i++) store.submit(put(i)).orThrow();
      assertValue(store.meters().scrape(), "foreign_change_total", "mesh.db", 0);
      try (var shell = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
          var statement = shell.createStatement()) {
        assertEquals(1, statement.executeUpdate("DELETE FROM meta WHERE k = 't.0'"));
      }
      for (var i = 3; i < 6; i++) store.submit(put(i)).orThrow();
      assertValue(store.meters().scrape(), "foreign_change_total", "mesh.db", 1);
    }
  }

  /** A wall clock that is set is seen at the next commit; one that only drifts is not. */
  @Test
  void aJumpOfTheWallClockIsCountedAndRecorded() throws Exception {
    var wall = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    var monotonic = new AtomicReference<>(Instant.EPOCH);
    var clocks = new Clocks(wall::get, monotonic::get);
    var options = StoreOptions.of(directory, "mesh", clocks, new SplittableRandom(7));
    try (var recording = new Recording();
        var store = Store.open(options).orThrow()) {
      recording.enable("meshkit.ClockJump");
      recording.start();
      store.submit(put(1)).orThrow();
      for (var clock : List.of(wall, monotonic)) clock.updateAndGet(at -> at.plusSeconds(3600));
      wall.updateAndGet(at -> at.plusMillis(1_900));
      store.submit(put(2)).orThrow();
      assertValue(store.meters().scrape(), "clock_jump_total", "mesh.db", 0);
      wall.updateAndGet(at -> at.minusSeconds(60));
      store.submit(put(3)).orThrow();
      assertValue(store.meters().scrape(), "clock_jump_total", "mesh.db", 1);
      recording.stop();
      var jumps =
          recorded(recording).stream()
              .filter(event -> name(event).equals("meshkit.ClockJump"))
              .toList();
      assertEquals(1, jumps.size());
      assertEquals(Duration.ofMillis(-58_100), jumps.getFirst().getDuration("by"));
    }
  }

  /**
   * Commits, checkpoints and an application's work leave their events; a store that idles, none.
   */
  @Test
  void whatAStoreDoesIsRecorded() throws Exception {
    var limits = StoreLimits.DEFAULTS.with(DiskLimits.DEFAULTS.withLog(4_096, 1 << 20, 1 << 20));
    try (var recording = new Recording();
        var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow()) {
      for (var name : List.of("StoreCommit", "SlowTx", "Checkpoint")) {
        recording.enable("meshkit." + name).withThreshold(Duration.ZERO);
      }
      recording.start();
      store
          .submit(
              Op.record(
                  "settle",
                  tx -> tx.guarded("mail", local -> local.update("CREATE TABLE app_x (a)"))))
          .orThrow();
      store.submit(put(1)).orThrow(); // after it, the events of the commit before are there
      recording.stop();
      var made = recorded(recording);
      var work = made.stream().filter(event -> name(event).equals("meshkit.SlowTx")).toList();
      assertEquals(1, work.size());
      assertEquals("mail", work.getFirst().getString("op"));
      assertTrue(made.stream().anyMatch(event -> name(event).equals("meshkit.StoreCommit")));
      var moved = made.stream().filter(event -> name(event).equals("meshkit.Checkpoint")).toList();
      assertTrue(moved.stream().anyMatch(event -> event.getLong("frames") > 0), moved::toString);
      assertTrue(value(store.meters().scrape(), "checkpoint_seconds_count") >= 1);
    }
  }

  private static String name(RecordedEvent event) {
    return event.getEventType().getName();
  }

  private List<RecordedEvent> recorded(Recording recording) throws Exception {
    var file = directory.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file);
  }

  private static Op<Integer> put(long value) {
    return Op.enqueue(
        "put", 0, tx -> tx.update("INSERT INTO meta (k, i) VALUES (?, ?)", "t." + value, value));
  }

  private static void assertValue(String scrape, String name, String file, double wanted) {
    assertEquals(wanted, value(scrape, name, file), name);
  }

  private static double value(String scrape, String name) {
    return value(scrape, name, "mesh.db");
  }

  private static double value(String scrape, String name, String file) {
    var series = "meshkit_store_" + name + "{file=\"" + file + "\"} ";
    return scrape
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElse(Double.NaN);
  }
}
