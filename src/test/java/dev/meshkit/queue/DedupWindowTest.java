package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q21 A dedup key outlives its task for the window, by the queue clock, and no longer. */
class DedupWindowTest {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final QueueOptions OPTIONS = QueueOptions.of("q").dedupWindow(WINDOW);

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  @Test
  void aSettledTasksKeyMakesDuplicatesForTheWindow() throws Exception {
    TaskId id;
    try (var fixture = open(OPTIONS)) {
      id = accepted(fixture, "order-7");
      fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
      assertEquals(new Enqueued.Duplicate(id), enqueue(fixture, "order-7"));
    }
    try (var fixture = open(OPTIONS)) {
      clocks.jumpWall(Duration.ofDays(-1)); // the window goes by the queue clock alone
      clocks.advance(WINDOW.minusMillis(1));
      assertEquals(new Enqueued.Duplicate(id), enqueue(fixture, "order-7"));
      clocks.advance(Duration.ofMillis(1));
      accepted(fixture, "order-7");
    }
  }

  @Test
  void theKeyOfADeadTaskCountsAndThatOfACanceledOneIsFree() throws Exception {
    try (var fixture = open(OPTIONS)) {
      var dead = accepted(fixture, "order-7");
      fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      assertEquals(new Enqueued.Duplicate(dead), enqueue(fixture, "order-7"));
      accepted(fixture, "order-8");
      fixture.queue().cancel(TaskFilter.ALL, new Audit("ana", "wrong")).orThrow();
      accepted(fixture, "order-8");
    }
  }

  @Test
  void withoutAWindowAKeyIsFreeWhenItsTaskHasLeft() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      accepted(fixture, "order-7");
      fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
      accepted(fixture, "order-7");
      assertEquals(0, fixture.number("SELECT count(*) FROM dedup"));
    }
  }

  @Test
  void whatIsOverIsForgottenInChunks() throws Exception {
    try (var fixture = open(OPTIONS)) {
      var specs =
          IntStream.range(0, 600)
              .mapToObj(
                  i ->
                      new TaskSpec<>(
                          LANE,
                          "k",
                          Bytes.utf8("a"),
                          TaskOptions.DEFAULTS.withDedupKey("order-" + i)))
              .toList();
      fixture.queue().enqueueAll(specs).orThrow();
      var done = new ArrayList<Settlement<Bytes>>();
      while (done.size() < specs.size()) {
        var leases = fixture.queue().leaseLane(LANE, 600, Duration.ZERO).orThrow();
        var acks = leases.stream().map(l -> new Settlement<>(l, Ack.plain())).toList();
        fixture.queue().settleAll(acks).orThrow();
        done.addAll(acks);
      }
      assertEquals(600, fixture.number("SELECT count(*) FROM dedup"));
      fixture.queue().tick();
      assertEquals(600, fixture.number("SELECT count(*) FROM dedup"));
      clocks.advance(WINDOW.plusMinutes(1));
      for (var i = 0; i < 2; i++) fixture.queue().tick();
      assertEquals(0, fixture.number("SELECT count(*) FROM dedup"));
      fixture.queue().enqueue(task(LANE, "unkeyed")).orThrow();
    }
  }

  private static TaskId accepted(QueueFixture fixture, String key) throws InterruptedException {
    return assertInstanceOf(Enqueued.Accepted.class, enqueue(fixture, key)).id();
  }

  private static Enqueued enqueue(QueueFixture fixture, String key) throws InterruptedException {
    var options = TaskOptions.DEFAULTS.withDedupKey(key);
    return fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8("a"), options)).orThrow();
  }

  private QueueFixture open(QueueOptions options) throws InterruptedException {
    return QueueFixture.open(directory, options, clocks);
  }
}
