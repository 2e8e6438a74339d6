package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lane that has held nothing for an hour is no more, and none of its numbers comes again. */
@Timeout(120)
class EmptyLanesTest {
  private static final Audit BY = new Audit("test", "to see");

  @TempDir Path directory;
  private final ManualClocks clocks = new ManualClocks();

  private QueueFixture open(QueueOptions options) throws Exception {
    return QueueFixture.open(directory, options, clocks);
  }

  private void after(QueueFixture fixture, Duration time) throws Exception {
    clocks.advance(time);
    fixture.queue().tick();
  }

  private static void ackAll(QueueFixture fixture, int tasks) throws Exception {
    for (var i = 0; i < tasks; i++) fixture.queue().settle(fixture.lease(), Ack.plain()).orThrow();
  }

  private static List<String> lanes(QueueFixture fixture) {
    return fixture.queue().stats().lanes().stream().map(lane -> lane.lane().key()).toList();
  }

  @Test
  void aLaneWithATaskStays() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      fixture.enqueue(Lane.of("eu/n3"), "waits");
      assertEquals("a", fixture.lease().value().utf8());
      after(fixture, Duration.ofHours(2)); // the sweeper forgives the gap
      assertEquals(2, lanes(fixture).size());
    }
  }

  /** Q36 A lane that comes again begins above every number that was given under its name. */
  @Test
  void theNumbersOfADroppedLaneAreNotGivenAgain() throws Exception {
    open(QueueOptions.of("q")).close();
    try (var store = StoreFixture.open(directory)) {
      // given a lane far above the store's mark, as one is that had many redriven tasks
      store
          .submit(
              Op.record(
                  "lane",
                  tx ->
                      tx.update(
                          "INSERT INTO lane (lid, qid, key, cls, mode, next_origin)"
                              + " SELECT 1, qid, ?, 2, 0, 1000000 FROM queue",
                          LANE.key())))
          .orThrow();
    }
    try (var fixture = open(QueueOptions.of("q"))) {
      fixture.enqueue("a");
      var first = fixture.lease();
      assertEquals(1_000_000, first.origin());
      fixture.queue().settle(first, Ack.plain()).orThrow();
      // when nothing was in it for an hour, and not before
      after(fixture, Duration.ofMinutes(59));
      assertEquals(List.of(LANE.key()), lanes(fixture));
      after(fixture, Duration.ofMinutes(2));
      // then it is gone, from memory and from the table
      assertEquals(List.of(), lanes(fixture));
      assertEquals(0, fixture.number("SELECT count(*) FROM lane"));
      assertTrue(fixture.queue().nextOrigin(LANE) > 1_000_000);
      // and the next one of its name gives other numbers
      fixture.enqueue("b");
      assertTrue(fixture.lease().origin() > 1_000_000);
    }
  }

  @Test
  void aLaneThatIsUsedInBetweenStays() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      for (var i = 0; i < 3; i++) {
        fixture.enqueue("a");
        ackAll(fixture, 1);
        after(fixture, Duration.ofMinutes(40));
        assertEquals(List.of(LANE.key()), lanes(fixture));
      }
      after(fixture, Duration.ofMinutes(30));
      assertEquals(List.of(), lanes(fixture));
    }
  }

  /** Q1, Q20 A lane that was undone leaves nothing that takes the next one of its number along. */
  @Test
  void aLaneThatWasUndoneDropsNoOther() throws Exception {
    try (var fixture = open(QueueOptions.of("q"))) {
      // given an acknowledgement whose work puts a task into a new lane, and fails
      fixture.enqueue("a");
      var undone =
          new Ack(
              tx -> {
                fixture.queue().enqueueIn(tx, QueueFixture.task(Lane.of("new"), "undone"));
                throw new IllegalStateException("no");
              });
      var lease = fixture.lease();
      assertFalse(fixture.queue().settle(lease, undone).isOk());
      fixture.queue().settle(lease, Ack.plain()).orThrow();
      // when another lane is used all the time, for more than an hour
      var used = Lane.of("used");
      for (var i = 0; i < 8; i++) {
        fixture.enqueue(used, "work");
        ackAll(fixture, 1);
        after(fixture, Duration.ofMinutes(9));
      }
      fixture.enqueue(used, "precious");
    }
    // then what is put into it is there
    try (var fixture = open(QueueOptions.of("q"))) {
      assertEquals(List.of("precious"), fixture.leaseNow(9));
    }
  }

  /** Its dead, its pause, its weight and its dedup keys are a lane's too. */
  @Test
  void aLaneThatStillMeansSomethingStays() throws Exception {
    try (var fixture = open(QueueOptions.of("q").dedupWindow(Duration.ofHours(5)))) {
      for (var key : List.of("dead", "paused", "heavy", "keyed", "plain")) {
        var keys =
            key.equals("keyed") ? TaskOptions.DEFAULTS.withDedupKey("k") : TaskOptions.DEFAULTS;
        fixture.queue().enqueue(new TaskSpec<>(Lane.of(key), "k", Bytes.utf8(key), keys)).orThrow();
        var lease = fixture.lease();
        var said = key.equals("dead") ? new Poison(WHY) : Ack.plain();
        fixture.queue().settle(lease, said).orThrow();
      }
      fixture.queue().pause(new Target.OneLane(Lane.of("paused")), BY).orThrow();
      fixture.queue().weigh(Lane.of("heavy"), 3, BY).orThrow();
      after(fixture, Duration.ofMinutes(61));
      assertEquals(List.of("dead", "heavy", "keyed", "paused"), lanes(fixture));
      // and goes when that is over
      after(fixture, Duration.ofHours(6)); // the dedup key is forgotten
      after(fixture, Duration.ofHours(2));
      assertEquals(List.of("dead", "heavy", "paused"), lanes(fixture));
      var twin =
          new TaskSpec<>(
              Lane.of("keyed"), "k", Bytes.utf8("x"), TaskOptions.DEFAULTS.withDedupKey("k"));
      assertTrue(fixture.queue().enqueue(twin).orThrow() instanceof Enqueued.Accepted);
    }
  }

  /** Q9 What lies in more lanes than a page has rows is read a page at a time, whole. */
  @Test
  void theFrontsOfManyLanesAreReadInPages() throws Exception {
    var many = Reading.PAGE_ROWS + 100;
    try (var fixture = open(QueueOptions.of("q"))) {
      var tasks = IntStream.range(0, many).mapToObj(i -> task(Lane.of("k" + i), "x")).toList();
      fixture.queue().enqueueAll(tasks).orThrow();
      var fronts = fixture.queue().fronts().orThrow();
      assertEquals(many, fronts.stream().map(LaneFront::lane).distinct().count());
    }
  }
}
