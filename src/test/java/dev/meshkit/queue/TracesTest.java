package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.queue.Traces.What;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O14 What a task went through is written as it happens, and within bounds. */
class TracesTest {
  private static final Audit ANA = new Audit("ana", "mended");

  @TempDir Path directory;

  private static QueueOptions traced(long rows) {
    return QueueOptions.of("mesh-out").traceRows(rows);
  }

  private static List<What> steps(QueueFixture fixture, TaskId task) throws InterruptedException {
    return Traces.of(fixture.store(), task.seq()).orThrow().stream()
        .map(Traces.Step::what)
        .toList();
  }

  /** Every way a task can go leaves its steps, in order, with the reason of each. */
  @Test
  void eachStepIsThereInItsOrder() throws Exception {
    var clocks = new ManualClocks();
    try (var fixture = QueueFixture.open(directory, traced(1_000), clocks)) {
      var task = fixture.enqueue("a");
      say(fixture, new Retry(QueueFixture.WHY, Duration.ZERO));
      fixture.pass(clocks, Duration.ofMinutes(1));
      say(fixture, new Snooze(Duration.ofSeconds(1), "later"));
      fixture.pass(clocks, Duration.ofMinutes(1));
      say(fixture, new Disposition.Release());
      say(fixture, new Disposition.Unreachable(QueueFixture.WHY));
      fixture.pass(clocks, Duration.ofMinutes(1));
      say(fixture, new Poison(QueueFixture.WHY));
      fixture.queue().poison().redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS, ANA).orThrow();
      say(fixture, Ack.plain());
      assertEquals(
          List.of(
              What.ENQUEUED,
              What.LEASED,
              What.RETRIED,
              What.LEASED,
              What.SNOOZED,
              What.LEASED,
              What.RELEASED,
              What.LEASED,
              What.UNREACHABLE,
              What.LEASED,
              What.POISONED,
              What.DEAD,
              What.REDRIVEN,
              What.LEASED,
              What.ACKED),
          steps(fixture, task));
      var all = Traces.of(fixture.store(), task.seq()).orThrow();
      assertEquals("test.kind into eu/n2/bulk", all.getFirst().why());
      var retried = all.get(2);
      assertEquals(
          List.of(1, "error.test", "it failed"),
          List.of(retried.attempt(), retried.code(), retried.why()));
      assertEquals("PERMANENT: it failed", all.get(11).why());
    }
  }

  /** What ends without its worker's word is there too: replaced, canceled, over, in a crash. */
  @Test
  void whatEndsWithoutAWorkerIsThereToo() throws Exception {
    var clocks = new ManualClocks();
    try (var fixture = QueueFixture.open(directory, traced(1_000), clocks)) {
      var old = add(fixture, TaskOptions.DEFAULTS.withCoalesceKey("price"));
      add(fixture, TaskOptions.DEFAULTS.withCoalesceKey("price"));
      assertEquals(List.of(What.ENQUEUED, What.SUPERSEDED), steps(fixture, old));
      var filter = TaskFilter.ALL;
      fixture.queue().cancel(filter, ANA).orThrow();
      var hour = Duration.ofHours(1);
      var dies = add(fixture, TaskOptions.DEFAULTS.withTtl(hour, OnExpiry.POISON));
      var drops = add(fixture, TaskOptions.DEFAULTS.withTtl(hour, OnExpiry.DROP));
      fixture.pass(clocks, Duration.ofMillis(500));
      clocks.advance(hour);
      assertEquals(List.of(), fixture.leaseNow(2));
      assertEquals(List.of(What.ENQUEUED, What.DEAD), steps(fixture, dies));
      assertEquals(List.of(What.ENQUEUED, What.EXPIRED), steps(fixture, drops));
      var canceled = fixture.enqueue("c");
      fixture.queue().cancel(filter, ANA).orThrow();
      assertEquals(List.of(What.ENQUEUED, What.CANCELED), steps(fixture, canceled));
    }
  }

  /** Q25 What is dropped for room is not said to be superseded: no newer one of its key came. */
  @Test
  void whatIsDroppedForRoomIsThereAsSuch() throws Exception {
    var options = traced(1_000);
    var full = options.capacity().withTasks(1).dropping();
    try (var fixture = QueueFixture.open(directory, options.capacity(full))) {
      var old = add(fixture, TaskOptions.DEFAULTS.withCoalesceKey("price"));
      add(fixture, TaskOptions.DEFAULTS.withCoalesceKey("load"));
      assertEquals(List.of(What.ENQUEUED, What.DROPPED), steps(fixture, old));
    }
  }

  /** What a process held when it ended is there as the next start finds it. */
  @Test
  void whatAProcessLeftBehindIsThereToo() throws Exception {
    TaskId task;
    try (var fixture = QueueFixture.open(directory, traced(1_000))) {
      task = fixture.enqueue("a");
      fixture.lease();
      fixture.store().close(); // the queue could not give it back
    }
    try (var fixture = QueueFixture.open(directory, traced(1_000))) {
      assertEquals(List.of(What.ENQUEUED, What.LEASED, What.RECLAIMED), steps(fixture, task));
      assertEquals(1, Traces.of(fixture.store(), task.seq()).orThrow().getLast().attempt());
    }
  }

  /** Nothing is written that is not wanted. */
  @Test
  void withoutTheOptionThereIsNone() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("mesh-out"))) {
      var task = fixture.enqueue("a");
      say(fixture, Ack.plain());
      assertEquals(List.of(), steps(fixture, task));
      assertEquals(0, fixture.number("SELECT count(*) FROM trace"));
    }
  }

  /** A step is in its transaction: tracing adds no commit, hence no fsync. */
  @Test
  void aTraceCostsNoCommit() throws Exception {
    var counted = new java.util.ArrayList<Long>();
    for (var rows : List.of(0L, 1_000L)) {
      try (var fixture =
          QueueFixture.open(Files.createDirectory(directory.resolve("r" + rows)), traced(rows))) {
        var before = fixture.number("SELECT batch FROM progress");
        for (var i = 0; i < 10; i++) {
          fixture.enqueue("a");
          say(fixture, Ack.plain());
        }
        counted.add(fixture.number("SELECT batch FROM progress") - before);
      }
    }
    assertEquals(counted.getFirst(), counted.getLast());
  }

  /** The oldest go first: by number at most {@link Traces#TRIM_EVERY} more than were wanted. */
  @Test
  void theLogIsBoundedInRowsAndInTime() throws Exception {
    var clocks = new ManualClocks();
    try (var fixture = QueueFixture.open(directory, traced(300), clocks)) {
      var first = fixture.enqueue("first");
      fill(fixture, 2_000);
      var kept = fixture.number("SELECT count(*) FROM trace");
      assertTrue(kept >= 300 && kept <= 300 + Traces.TRIM_EVERY, "kept " + kept);
      assertEquals(List.of(), steps(fixture, first));
      // what is too old is not shown, and goes with the next trim
      var late = fixture.enqueue("late");
      assertEquals(List.of(What.ENQUEUED), steps(fixture, late));
      clocks.advance(Traces.AGE.plusSeconds(1));
      assertEquals(List.of(), steps(fixture, late));
      fill(fixture, Traces.TRIM_EVERY);
      var last = fixture.number("SELECT count(*) FROM trace");
      assertTrue(last <= Traces.TRIM_EVERY, "left " + last);
    }
  }

  /** A long reason is cut, so that a row is small whatever a handler says. */
  @Test
  void aReasonIsCut() throws Exception {
    try (var fixture = QueueFixture.open(directory, traced(1_000))) {
      var task = fixture.enqueue("a");
      say(fixture, new Snooze(Duration.ofDays(1), "\ud83d\ude00".repeat(500)));
      var said = Traces.of(fixture.store(), task.seq()).orThrow().getLast().why();
      assertEquals("\ud83d\ude00".repeat(200), said);
    }
  }

  private static void fill(QueueFixture fixture, int tasks) throws InterruptedException {
    var many =
        IntStream.range(0, tasks)
            .mapToObj(i -> QueueFixture.task(Lane.of("eu/n" + i % 7), "x"))
            .toList();
    fixture.queue().enqueueAll(many).orThrow();
  }

  private static TaskId add(QueueFixture fixture, TaskOptions options) throws InterruptedException {
    var spec = new TaskSpec<>(QueueFixture.LANE, "test.kind", Bytes.utf8("x"), options);
    return fixture.queue().enqueue(spec).orThrow().id();
  }

  private static void say(QueueFixture fixture, Disposition said) throws InterruptedException {
    fixture.queue().settle(fixture.lease(), said).orThrow();
  }
}
