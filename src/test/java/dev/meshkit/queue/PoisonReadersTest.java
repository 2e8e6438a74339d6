package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q29: named readers of the dead. */
class PoisonReadersTest {
  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q");

  /** Q29 Every dead task at least once, in order, across restarts. */
  @Test
  void aReaderSeesEveryDeadTaskInOrderAcrossRestarts() throws Exception {
    var seen = new ArrayList<String>();
    for (var life = 0; life < 3; life++) {
      try (var fixture = QueueFixture.open(directory, options)) {
        for (var i = 0; i < 40; i++) kill(fixture, life + "." + i);
        // two pages of up to 32; the reader advances in the middle of the first, then stops
        var first = fixture.queue().poison().take("audit", Duration.ZERO).orThrow();
        first.subList(0, 10).forEach(dead -> seen.add(dead.body().utf8()));
        advance(fixture, "audit", first.get(9).did());
        if (life < 2) continue;
        while (true) {
          var next = fixture.queue().poison().take("audit", Duration.ZERO).orThrow();
          if (next.isEmpty()) break;
          next.forEach(dead -> seen.add(dead.body().utf8()));
          advance(fixture, "audit", next.getLast().did());
        }
      }
    }
    var all = new ArrayList<String>();
    for (var life = 0; life < 3; life++) for (var i = 0; i < 40; i++) all.add(life + "." + i);
    assertEquals(all, seen);
  }

  /** Q29 A page holds about a megabyte, and never nothing, however large its dead are. */
  @Test
  void aPageIsBoundedByItsBytes() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var size : List.of(400_000, 400_000, 400_000, 1 << 20, 1))
        kill(fixture, "x".repeat(size));
      var pages = new ArrayList<Integer>();
      while (true) {
        var page = fixture.queue().poison().take("audit", Duration.ZERO).orThrow();
        if (page.isEmpty()) break;
        pages.add(page.size());
        advance(fixture, "audit", page.getLast().did());
      }
      assertEquals(List.of(2, 1, 1, 1), pages);
    }
  }

  /** Q29, Q17 Under another name of the poison queue the dead are there, and their readers. */
  @Test
  void theDeadAndTheirReadersFollowAnotherName() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var body : List.of("a", "b", "c")) kill(fixture, body);
      advance(fixture, "audit", 1);
    }
    // a queue that shares the name, and keeps it
    try (var other = QueueFixture.open(directory, QueueOptions.of("r").poisonQueue("q-poison"))) {
      kill(other, "theirs");
    }
    try (var fixture = QueueFixture.open(directory, options.poisonQueue("morgue"))) {
      var poison = fixture.queue().poison();
      assertEquals(List.of("b", "c"), bodies(poison.take("audit", Duration.ZERO)));
      assertEquals(List.of("a", "b", "c"), bodies(poison.take("new", Duration.ZERO)));
      var by = new Audit("ana", "handler mended");
      assertEquals(Result.ok(3), poison.redrive(PoisonFilter.ALL, by));
      assertEquals(0, fixture.queue().stats().dead());
    }
    try (var other = QueueFixture.open(directory, QueueOptions.of("r").poisonQueue("q-poison"))) {
      var theirs = other.queue().poison().take("audit", Duration.ZERO);
      assertEquals(List.of("theirs"), bodies(theirs));
    }
  }

  /** Q29 A reader that fails finds the same tasks again, and no other reader notices. */
  @Test
  void aFailingReaderStopsNobody() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      kill(fixture, "a");
      kill(fixture, "b");
      var poison = fixture.queue().poison();
      for (var i = 0; i < 3; i++)
        assertEquals(List.of("a", "b"), bodies(poison.take("failing", Duration.ZERO)));
      var other = poison.take("other", Duration.ZERO);
      assertEquals(List.of("a", "b"), bodies(other));
      advance(fixture, "other", other.orThrow().getLast().did());
      assertEquals(List.of(), bodies(poison.take("other", Duration.ZERO)));
      assertEquals(List.of("a", "b"), bodies(poison.take("failing", Duration.ZERO)));
      // and one that goes back stays where it was
      advance(fixture, "other", 1);
      assertEquals(List.of(), bodies(poison.take("other", Duration.ZERO)));
      assertEquals(Result.ok(true), poison.forget("other"));
      assertEquals(List.of("a", "b"), bodies(poison.take("other", Duration.ZERO)));
    }
  }

  /**
   * Q29 One that waits hears of the next death at once, and looks at the file no more than that.
   */
  @Test
  void aWaitingReaderIsWokenByADeath() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      var waiting =
          new FutureTask<>(() -> fixture.queue().poison().take("audit", Duration.ofDays(1)));
      var reader = Thread.ofVirtual().start(waiting);
      while (reader.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
      kill(fixture, "a");
      assertEquals(List.of("a"), bodies(waiting.get(20, java.util.concurrent.TimeUnit.SECONDS)));
    }
  }

  @Test
  void badNamesNumbersToComeAndReadersTooManyAreRefused() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      kill(fixture, "a");
      var poison = fixture.queue().poison();
      for (var name : List.of("", "a/b", "x".repeat(65)))
        assertEquals("error.validation", error(poison.take(name, Duration.ZERO)).code());
      for (var did : List.of(0L, 2L))
        assertEquals("error.validation", error(poison.advance("r", did)).code());
      for (var i = 0; i < 64; i++) advance(fixture, "r" + i, 1);
      assertEquals("error.validation", error(poison.advance("r64", 1)).code());
      advance(fixture, "r0", 1);
    }
  }

  /** Queues that share a poison queue's name have readers of their own. */
  @Test
  void readersOfOneQueueSeeItsDeadAlone() throws Exception {
    try (var fixture = QueueFixture.open(directory, options.poisonQueue("graves"));
        var other =
            SafeTaskQueue.open(
                    fixture.store(),
                    QueueOptions.of("other").poisonQueue("graves"),
                    TaskCodec.BYTES)
                .orThrow()) {
      other.enqueue(QueueFixture.task(QueueFixture.LANE, "theirs")).orThrow();
      other.settle(other.lease(1, PATIENCE).orThrow().getFirst(), new Poison(WHY)).orThrow();
      kill(fixture, "ours");
      var poison = fixture.queue().poison();
      var taken = poison.take("audit", Duration.ZERO);
      assertEquals(List.of("ours"), bodies(taken));
      advance(fixture, "audit", taken.orThrow().getLast().did());
      assertEquals(List.of("theirs"), bodies(other.poison().take("audit", Duration.ZERO)));
      assertEquals(Result.ok(1), poison.redrive(PoisonFilter.ALL, new Audit("ana", "mended")));
      assertTrue(other.poison().show(1).orThrow().isPresent());
    }
  }

  private static void kill(QueueFixture fixture, String body) throws InterruptedException {
    fixture.enqueue(body);
    fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
  }

  private static void advance(QueueFixture fixture, String reader, long did)
      throws InterruptedException {
    fixture.queue().poison().advance(reader, did).orThrow();
  }

  private static List<String> bodies(Result<List<DeadTask>> dead) {
    return dead.orThrow().stream().map(one -> one.body().utf8()).toList();
  }
}
