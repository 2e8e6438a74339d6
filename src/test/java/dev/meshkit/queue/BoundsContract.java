package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.api.Disposition.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Q41 What every queue makes of times, numbers and texts without measure: Q20, Q24, Q27. */
interface BoundsContract {
  Duration EVER = ChronoUnit.FOREVER.getDuration();

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q27 A task lives from the time on when it may first be leased. */
  @Test
  default void aTaskIsNotDeadBeforeItsStart() throws Exception {
    for (var isWall : List.of(false, true)) {
      try (var bed = open(QueueOptions.of("q").relaxed())) {
        var later = Duration.ofDays(8);
        var at = new When.At(bed.clocks().clocks().wall().instant().plus(later));
        var when = isWall ? at : new When.After(later);
        bed.enqueue(LANE, "a", TaskOptions.DEFAULTS.withWhen(when));
        bed.clocks().advance(Duration.ofDays(7).plusHours(1));
        bed.pass(Duration.ofMinutes(3));
        assertEquals(1, bed.queue().stats().delayed());
        bed.clocks().advance(Duration.ofDays(1));
        bed.tick().now();
        assertEquals(List.of("a"), bed.leaseNow(1));
      }
    }
  }

  /** Q27 A start that no clock can name is refused, and nothing else. */
  @Test
  default void aStartThatNoClockCanNameIsRefused() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      for (var when :
          List.of(
              new When.At(Instant.MAX),
              new When.At(Instant.MIN),
              new When.After(Duration.ofSeconds(-5)),
              new When.After(Duration.ofSeconds(Long.MIN_VALUE)))) {
        var spec = new TaskSpec<>(LANE, "k", Bytes.EMPTY, TaskOptions.DEFAULTS.withWhen(when));
        assertEquals("error.validation", error(bed.queue().enqueue(spec)).code(), when::toString);
      }
      bed.enqueue(LANE, "ever", TaskOptions.DEFAULTS.withWhen(new When.After(EVER)));
      bed.enqueue(LANE, "past", TaskOptions.DEFAULTS.withWhen(new When.At(Instant.EPOCH)));
      bed.tick().now();
      assertEquals(List.of("past"), bed.leaseNow(9));
    }
  }

  /** Q20 An enqueue that work catches leaves nothing behind, and takes nothing away. */
  @Test
  default void anEnqueueThatIsCaughtChangesNothing() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("k");
      bed.enqueue("first");
      var lease = bed.lease();
      bed.enqueue(LANE, "old", keyed);
      var never = keyed.withWhen(new When.At(Instant.MAX));
      var spec = new TaskSpec<>(LANE, "k", Bytes.utf8("new"), never);
      var work =
          new Ack(
              tx -> assertThrows(RuntimeException.class, () -> bed.queue().enqueueIn(tx, spec)));
      assertEquals(new Settled.Done(), bed.settle(lease, work));
      assertEquals(List.of("old"), bed.leaseNow(9));
    }
  }

  /** Q27 Durations without end are cut, and nothing overflows. */
  @Test
  default void durationsWithoutEndAreCut() throws Exception {
    var plain = QueueOptions.of("q").relaxed();
    var breaker = new BreakerPause(1, Duration.ofDays(1), EVER);
    var options =
        plain
            .lease(EVER, EVER)
            .retry(new RetryPause(EVER, EVER))
            .breaker(breaker)
            .dedupWindow(EVER)
            .capacity(plain.capacity().blocking(EVER));
    try (var bed = open(options)) {
      for (var body : List.of("a", "b", "c")) bed.enqueue(body);
      var run = bed.run(LANE, 9);
      assertEquals(Duration.ofDays(36_500), bed.queue().heartbeat(run.getFirst()).orThrow());
      for (var said :
          List.<Disposition>of(
              new Retry(WHY, EVER), new Snooze(EVER, "ever"), new Unreachable(WHY))) {
        var settled =
            bed.settle(run.get(said instanceof Retry ? 0 : said instanceof Snooze ? 1 : 2), said);
        assertInstanceOf(Settled.Requeued.class, settled);
      }
      bed.tick().now();
      assertEquals(2, bed.queue().stats().delayed());
    }
    assertEquals(Duration.ofDays(36_500), PumpOptions.concurrency(1).withDrain(EVER).drain());
  }

  /** Q27 A pause of less than nothing is none. */
  @Test
  default void aPauseOfLessThanNothingIsNone() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      for (var pause : List.of(Duration.ofSeconds(-5), Duration.ofSeconds(Long.MIN_VALUE))) {
        bed.settle(bed.lease(), new Snooze(pause, "none"));
        bed.tick().now();
      }
      bed.settle(bed.lease(), new Retry(WHY, Duration.ofSeconds(Long.MIN_VALUE)));
      bed.pass(Duration.ofSeconds(1));
      assertEquals(List.of("a"), bed.leaseNow(1));
    }
  }

  /** Q2 One call adds no more than others can wait for. */
  @Test
  default void oneCallIsBounded() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var many = Collections.nCopies(10_001, task(LANE, "a"));
      assertEquals("error.validation", error(bed.queue().enqueueAll(many)).code());
      var large = Collections.nCopies(17, task(LANE, "x".repeat(1 << 20)));
      assertEquals("error.validation", error(bed.queue().enqueueAll(large)).code());
      assertEquals(0, bed.queue().stats().ready());
      assertEquals(16, bed.queue().enqueueAll(large.subList(0, 16)).orThrow().size());
    }
  }

  /** Who waits for a task that never was is told so, and not that it is done. */
  @Test
  default void aTaskThatNeverWasIsNotDone() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var id = bed.enqueue("a");
      for (var never : List.of(new TaskId(id.seq() + 1), new TaskId(Long.MAX_VALUE)))
        assertEquals("error.validation", error(bed.queue().await(never, Duration.ZERO)).code());
      bed.settle(bed.lease(), Ack.plain());
      assertEquals(new Settled.Done(), bed.queue().await(id, Duration.ZERO).orThrow());
      assertEquals(List.of(), bodies(bed.run(LANE, 1)));
    }
  }

  /** Q16 A time after which crashes are forgotten is one. */
  @Test
  default void aCrashWindowIsPositive() {
    for (var never : List.of(Duration.ZERO, Duration.ofMillis(-1)))
      assertThrows(IllegalArgumentException.class, () -> QueueOptions.of("q").crashWindow(never));
    var hour = QueueOptions.of("q").crashWindow(Duration.ofHours(1)).crashes(2, 3).maxAttempts(9);
    assertEquals(Duration.ofHours(1), hour.attempts().crashWindow());
    var far = QueueOptions.of("q").crashWindow(Duration.ofSeconds(Long.MAX_VALUE));
    assertEquals(Duration.ofDays(36_500), far.attempts().crashWindow());
  }

  /** Q24 What is kept of an order for ever, and shown on terminals, is one line of some length. */
  @Test
  default void anAuditIsOneLine() {
    for (Executable made :
        List.<Executable>of(
            () -> new Audit("ana", "x".repeat(1_001)),
            () -> new Audit("a".repeat(257), "x"),
            () -> new Audit("ana", "red \u001b[31m"),
            () -> new Audit("ana", "two\nlines"))) {
      assertThrows(IllegalArgumentException.class, made);
    }
    assertEquals("x".repeat(1_000), new Audit("a".repeat(256), "x".repeat(1_000)).reason());
  }
}
