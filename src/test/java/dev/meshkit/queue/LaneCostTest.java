package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/**
 * Q8, Q32: what a lease and its end cost grows with no lane, nor by another: counted, not timed.
 */
class LaneCostTest {
  private static final String BATCH = "SELECT batch FROM progress";
  private static final Lane FAST = Lane.of("eu/n3");
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

  /**
   * Q32 Commits and statements that the messages of one peer take, beside another that has a whole
   * run and answers none of it, with many runs behind: as many as if there were nobody else.
   */
  @Test
  void aPeerThatAnswersNothingAddsNoCommitAndNoStatementToAnothers() throws Exception {
    var alone = beside("alone", 0);
    assertEquals(3 * SHORT, alone.size()); // enqueued, leased, settled
    assertEquals(alone, beside("beside", LONG));
  }

  /** The statements of each commit that messages take one by one, while so many others wait. */
  private List<Long> beside(String name, int waiting) throws Exception {
    var options = QueueOptions.of("q").carrier();
    var clocks = new QueueFixture.ManualClocks(); // nothing happens by itself
    try (var fixture = QueueFixture.open(directory(name), options, clocks)) {
      var queue = fixture.queue();
      var others = IntStream.range(0, waiting).mapToObj(i -> QueueFixture.task(LANE, "w" + i));
      if (waiting > 0) queue.enqueueAll(others.toList()).orThrow();
      var held = queue.leaseLane(LANE, LONG, Duration.ZERO).orThrow();
      assertEquals(Math.min(waiting, options.leases().window()), held.size());
      pass(queue, 1); // and now there is a lane, and numbers for more
      var commits = commits(name, fixture, () -> pass(queue, SHORT));
      for (var one : held) assertTrue(queue.heartbeat(one).isOk()); // it is held all the while
      assertEquals(waiting, queue.stats(LANE).map(LaneStats::live).orElse(0L));
      return commits;
    }
  }

  private static void pass(SafeTaskQueue<Bytes> queue, int tasks) throws InterruptedException {
    for (var i = 0; i < tasks; i++) {
      queue.enqueue(QueueFixture.task(FAST, "f" + i)).orThrow();
      var lease = queue.leaseLane(FAST, 1, QueueFixture.PATIENCE).orThrow().getFirst();
      queue.settle(lease, Disposition.Ack.plain()).orThrow();
    }
  }

  private double statements(String name, int tasks) throws Exception {
    try (var fixture = QueueFixture.open(directory(name), QueueOptions.of("q"))) {
      var commits =
          commits(
              name,
              fixture,
              () -> {
                Deaths.of(fixture, tasks);
                assertEquals(tasks, fixture.queue().stats().dead());
              });
      return commits.stream().mapToLong(Long::longValue).sum();
    }
  }

  /** What is done to a queue. */
  private interface Work {
    void run() throws Exception;
  }

  /** The statements of each commit that the work takes, in order. */
  private List<Long> commits(String name, QueueFixture fixture, Work work) throws Exception {
    var file = directory.resolve(name + ".jfr");
    var before = fixture.number(BATCH);
    long made;
    try (var recording = new Recording()) {
      recording.enable("meshkit.StoreCommit").withoutThreshold();
      recording.start();
      work.run();
      made = fixture.number(BATCH) - before;
      // the writer tells of a commit after it has answered: this one comes behind all others
      fixture.store().submit(Op.record("end", _ -> Unit.UNIT)).orThrow();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("meshkit.StoreCommit"))
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .limit(made)
        .map(event -> event.getLong("statements"))
        .toList();
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
