package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Q11, Q12, Q16, Q20 What a shell, a long time, or a failing statement does to a queue. */
class ForeignHandTest {
  private static final QueueOptions OPTIONS = QueueOptions.of("q").crashes(2, 4);

  @TempDir Path directory;

  private static void shell(QueueFixture fixture, String sql) throws InterruptedException {
    fixture.store().submit(Op.record("shell", tx -> tx.update(sql))).orThrow();
  }

  private static void assertCounts(QueueFixture fixture, long live) throws InterruptedException {
    assertEquals(0, fixture.number(CountersTest.WRONG));
    var stats = fixture.queue().stats();
    assertEquals(live, stats.ready() + stats.delayed() + stats.leased());
    assertEquals(0, stats.leased());
  }

  /** Q12 A leased task that somebody has removed is not there to settle, nor counted. */
  @Test
  void aLeasedTaskThatWasRemovedIsStale() throws Exception {
    for (var said : List.<Disposition>of(new Retry(WHY, Duration.ZERO), new Release())) {
      for (var how : List.of("DELETE FROM task", "DELETE FROM lease")) {
        var own = Files.createTempDirectory(directory, "q");
        try (var fixture = QueueFixture.open(own, OPTIONS)) {
          fixture.enqueue("a");
          var lease = fixture.lease();
          shell(fixture, "DELETE FROM task");
          shell(fixture, how);
          var settled = fixture.queue().settle(lease, said).orThrow();
          assertInstanceOf(Settled.Stale.class, settled);
          assertCounts(fixture, 0);
          fixture.enqueue("b");
          assertEquals("b", fixture.lease().value().utf8());
        }
      }
    }
  }

  /** Q12 Of a run that is settled at once, only what somebody has taken from it is stale. */
  @Test
  void oneLeaseThatWasRemovedFromARunIsStaleAlone() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      for (var body : List.of("a", "b", "c", "d", "e")) fixture.enqueue(body);
      var run = fixture.queue().leaseLane(LANE, 5, QueueFixture.PATIENCE).orThrow();
      shell(fixture, "DELETE FROM lease WHERE seq = " + run.get(2).id().seq());
      var many = run.stream().map(one -> new Settlement<>(one, Disposition.Ack.plain())).toList();
      var settled = fixture.queue().settleAll(many).orThrow();
      for (var i = 0; i < 5; i++)
        assertEquals(i == 2, settled.get(i) instanceof Settled.Stale, "of " + i);
      assertCounts(fixture, 1);
      assertEquals("c", fixture.lease().value().utf8());
    }
  }

  /** Q1, Q11 Runs of two lanes that took turns to be filled are leased and settled apart. */
  @Test
  void aRunTakesNothingOfAnotherLane() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      var other = Lane.of("other");
      for (var i = 0; i < 20; i++) fixture.enqueue(i % 3 == 0 ? other : LANE, "m" + i);
      var run = fixture.queue().leaseLane(LANE, 20, QueueFixture.PATIENCE).orThrow();
      var many = run.stream().map(one -> new Settlement<>(one, Disposition.Ack.plain())).toList();
      for (var one : fixture.queue().settleAll(many).orThrow())
        assertEquals(new Settled.Done(), one);
      assertCounts(fixture, 7);
      assertEquals(7, fixture.number("SELECT count(*) FROM task"));
      assertEquals(
          List.of("m0", "m3", "m6", "m9", "m12", "m15", "m18"),
          QueueFixture.bodies(
              fixture.queue().leaseLane(other, 20, QueueFixture.PATIENCE).orThrow()));
    }
  }

  /** Q1 A run that is settled takes its own large bodies with it, and not the next one's. */
  @Test
  void aRunTakesItsBodiesAndLeavesTheNextOnes() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      var large = "x".repeat(TaskTable.BLOB_THRESHOLD_BYTES);
      for (var i = 0; i < 4; i++) fixture.enqueue(large + i);
      var run = fixture.queue().leaseLane(LANE, 4, QueueFixture.PATIENCE).orThrow();
      var three =
          run.subList(0, 3).stream()
              .map(one -> new Settlement<>(one, Disposition.Ack.plain()))
              .toList();
      assertEquals(
          List.of(new Settled.Done(), new Settled.Done(), new Settled.Done()),
          fixture.queue().settleAll(three).orThrow());
      assertEquals(1, fixture.number("SELECT count(*) FROM task"));
      assertEquals(1, fixture.number("SELECT count(*) FROM task_blob"));
      fixture.queue().settle(run.get(3), new Release()).orThrow();
      assertEquals(large + 3, fixture.lease().value().utf8());
    }
  }

  /** Q11 And if nobody settles it, the next start counts what is there. */
  @Test
  void aStartCountsWhatIsThere() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      var lease = fixture.lease();
      shell(fixture, "DELETE FROM task WHERE seq = " + lease.id().seq());
      fixture.store().close(); // as a crash leaves it
    }
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      fixture.enqueue(Lane.of("other"), "d");
      assertCounts(fixture, 3);
      assertEquals(0, fixture.number("SELECT count(*) FROM lease"));
      assertEquals(
          "b",
          fixture
              .queue()
              .leaseLane(LANE, 1, QueueFixture.PATIENCE)
              .orThrow()
              .getFirst()
              .value()
              .utf8());
    }
  }

  /** Q16 Deaths of processes that are further apart than crash.window are no loop. */
  @ParameterizedTest
  @ValueSource(ints = {72, 6}) // three days, unless it is told otherwise
  void crashesFade(int window) throws Exception {
    var rules = window == 72 ? OPTIONS : OPTIONS.crashWindow(Duration.ofHours(window));
    var clocks = new QueueFixture.ManualClocks();
    for (var hours : List.of(0, 1, window + 1)) {
      clocks.advance(Duration.ofHours(hours));
      try (var store = Store.open(options(clocks)).orThrow()) {
        var queue = DurableQueue.open(store, rules, TaskCodec.BYTES).orThrow();
        if (hours == 0) queue.enqueue(QueueFixture.task(LANE, "a")).orThrow();
        var lease = queue.lease(1, QueueFixture.PATIENCE).orThrow().getFirst();
        assertEquals(hours == 0 ? 0 : 1, lease.crashes(), "after " + hours);
      } // as a crash leaves it
    }
    clocks.advance(Duration.ofHours(window - 1));
    try (var store = Store.open(options(clocks)).orThrow()) {
      var queue = DurableQueue.open(store, rules, TaskCodec.BYTES).orThrow();
      var dead = queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.CRASH_LOOP), dead.stream().map(DeadTask::reason).toList());
      queue.close();
    }
  }

  private StoreOptions options(QueueFixture.ManualClocks clocks) {
    return StoreOptions.of(directory, "mesh", clocks.clocks(), new SplittableRandom(7));
  }

  /** Q16 One that has been well for three days is a suspect no more. */
  @Test
  void aSuspectFades() {
    var wall = java.time.Instant.parse("2026-11-23T12:00:00Z");
    var errors = List.of(new AttemptError(1, wall, QueueErrors.CRASHED, "it died"));
    var row =
        new TaskRow(
            1,
            1,
            1,
            0,
            false,
            1,
            1,
            1,
            5,
            0,
            0,
            "k",
            0,
            0,
            0,
            Bytes.EMPTY,
            Bytes.EMPTY,
            Text.errors(errors));
    var window = QueueOptions.of("q").attempts().crashWindow();
    assertEquals(Duration.ofHours(72), window);
    assertEquals(1, Crashes.faded(row, wall.plus(window), window).crash());
    assertEquals(0, Crashes.faded(row, wall.plus(window).plusMillis(1), window).crash());
    // a history has a bound: what has pushed the crash out of it came later
    var later = row.after(1, 1, Text.errors(List.of(new AttemptError(2, wall, "error.x", "no"))));
    assertEquals(1, Crashes.faded(later, wall.plus(window), window).crash());
    assertEquals(0, Crashes.faded(later, wall.plus(window).plusMillis(1), window).crash());
    assertEquals(
        1, Crashes.faded(row.after(1, 1, Bytes.EMPTY), wall.plusSeconds(1L << 30), window).crash());
  }

  /** Q20 What failed in the middle of an enqueue is undone, though the work that asked goes on. */
  @Test
  void anEnqueueThatFailsHalfwayIsUndone() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      fixture.enqueue("first");
      var lease = fixture.lease();
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("k");
      fixture.queue().enqueue(new TaskSpec<>(LANE, "good", Bytes.utf8("old"), keyed)).orThrow();
      shell(
          fixture,
          """
          CREATE TRIGGER no AFTER INSERT ON task WHEN new.kind = 'bad'
          BEGIN SELECT RAISE(ABORT, 'no'); END""");
      var bad = new TaskSpec<>(LANE, "bad", Bytes.utf8("new"), keyed);
      var work =
          new Ack(
              tx -> assertThrows(RuntimeException.class, () -> fixture.queue().enqueueIn(tx, bad)));
      assertEquals(new Settled.Done(), fixture.queue().settle(lease, work).orThrow());
      assertCounts(fixture, 1);
      assertEquals("old", fixture.lease().value().utf8());
    }
  }
}
