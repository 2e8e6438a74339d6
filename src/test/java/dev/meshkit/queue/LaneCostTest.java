package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/** Q8 What a lease and its end cost does not grow with the lane: counted, not timed. */
class LaneCostTest {
  private static final int SHORT = 320;
  private static final int LONG = 16 * SHORT;

  @TempDir Path directory;

  /**
   * Statements a task, from its enqueueing to its death, in runs of a window; a tenth for commits
   * that are one or two by chance.
   */
  @Test
  void killingALongLaneTakesNoMoreStatementsATaskThanAShortOne() throws Exception {
    var few = statements("short", SHORT) / SHORT;
    var many = statements("long", LONG) / LONG;
    assertTrue(few > 3 && many <= 1.1 * few, few + " statements a task, then " + many);
  }

  /** Steps of SQLite's machine, which are rows looked at, in the middle of a lane. */
  @Test
  void theNextTaskOfALaneIsFoundInAsManyStepsHoweverManyAreBeforeOrBehindIt() throws Exception {
    var few = steps("short", SHORT);
    var many = steps("long", LONG);
    assertTrue(few > 100, "counted " + few);
    assertEquals(few, many);
  }

  private double statements(String name, int tasks) throws Exception {
    var file = directory.resolve(name + ".jfr");
    try (var fixture = QueueFixture.open(directory(name), QueueOptions.of("q"));
        var recording = new Recording()) {
      recording.enable("meshkit.StoreCommit").withoutThreshold();
      recording.start();
      Deaths.of(fixture, tasks);
      assertEquals(tasks, fixture.queue().stats().dead());
      // the writer tells of a commit after it has answered: this one comes behind all others
      fixture.store().submit(Op.record("end", _ -> Unit.UNIT)).orThrow();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("meshkit.StoreCommit"))
        .mapToLong(event -> event.getLong("statements"))
        .sum();
  }

  /** From the middle of a lane on, as if everything before it were leased or gone. */
  private long steps(String name, int tasks) throws Exception {
    var home = directory(name);
    try (var fixture = QueueFixture.open(home, QueueOptions.of("q"))) {
      var all = IntStream.range(0, tasks).mapToObj(i -> QueueFixture.task(LANE, "b" + i)).toList();
      var added = fixture.queue().enqueueAll(all).orThrow();
      return steps(home, added.get(tasks / 2).id().seq());
    }
  }

  /** Another connection of this process, which reads. */
  private static long steps(Path home, long after) throws SQLException {
    var steps = new AtomicLong();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("mesh.db"));
        var ready = connection.prepareStatement(TaskTable.READY)) {
      ProgressHandler.setHandler(
          connection,
          1,
          new ProgressHandler() {
            @Override
            protected int progress() {
              steps.incrementAndGet();
              return 0;
            }
          });
      ready.setLong(1, 1);
      ready.setLong(2, after);
      ready.setInt(3, 64);
      var rows = 0;
      try (var found = ready.executeQuery()) {
        while (found.next()) rows++;
      }
      ProgressHandler.clearHandler(connection);
      assertEquals(64, rows);
    }
    return steps.get();
  }

  private Path directory(String name) throws java.io.IOException {
    return java.nio.file.Files.createDirectory(directory.resolve(name));
  }
}
