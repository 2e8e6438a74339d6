package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.MeshError;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.queue.QueueOptions.Retention;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q31: how long the dead are kept, and what is kept of each; bodies that cannot be read. */
class RetentionTest {
  private static final Duration AGE = Duration.ofDays(2);

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  /** Q31 Over the rows the oldest go, in the very transaction that adds one; counted. */
  @Test
  void overTheRowsTheOldestGo() throws Exception {
    try (var fixture = open(new Retention(AGE, 3, 1_000, 5))) {
      for (var i = 0; i < 5; i++) kill(fixture, "a" + i);
      assertEquals(List.of("a2", "a3", "a4"), dead(fixture));
      assertEquals(2, retired(fixture, "ROWS"));
      assertEquals(3, fixture.queue().stats().dead());
      assertEquals(0, fixture.number(CountersTest.WRONG));
    }
    // and the sums are right again after a restart
    try (var fixture = open(new Retention(AGE, 3, 1_000, 5))) {
      kill(fixture, "a5");
      assertEquals(List.of("a3", "a4", "a5"), dead(fixture));
    }
  }

  /** Q31 Over the bytes the oldest go until the rest fits. */
  @Test
  void overTheBytesTheOldestGo() throws Exception {
    try (var fixture = open(new Retention(AGE, 100, 10, 5))) {
      for (var body : List.of("aaaa", "bbbb", "cc", "ddddd")) kill(fixture, body);
      assertEquals(List.of("cc", "ddddd"), dead(fixture));
      assertEquals(2, retired(fixture, "BYTES"));
    }
  }

  /** Q31 More than a chunk goes in chunks, to the end. */
  @Test
  void manyGoInChunksToTheEnd() throws Exception {
    try (var fixture = open(new Retention(AGE, 5_000, 1 << 20, 5))) {
      Deaths.of(fixture, 1_000);
      assertEquals(1_000, fixture.queue().stats().dead());
    }
    // given a limit that was lowered meanwhile
    try (var fixture = open(new Retention(AGE, 10, 1 << 20, 5))) {
      kill(fixture, "last");
      while (fixture.queue().stats().dead() > 10) Thread.onSpinWait(); // chunks follow each other
      assertEquals("last", dead(fixture).getLast());
      assertEquals(991, retired(fixture, "ROWS"));
      assertEquals(0, fixture.number(CountersTest.WRONG));
    }
  }

  /** Q31 What is too old goes, and what is not stays, though nobody dies meanwhile. */
  @Test
  void overTheAgeTheOldestGo() throws Exception {
    try (var fixture = open(new Retention(AGE, 100, 1_000, 5))) {
      kill(fixture, "old");
      clocks.advance(Duration.ofHours(47));
      kill(fixture, "young");
      clocks.advance(Duration.ofHours(2));
      fixture.queue().tick();
      assertEquals(List.of("young"), dead(fixture));
      assertEquals(1, retired(fixture, "AGE"));
    }
  }

  /** A wall clock that goes wild makes nobody old. */
  @Test
  void aWildWallClockRemovesNothing() throws Exception {
    try (var fixture = open(new Retention(AGE, 100, 1_000, 5))) {
      kill(fixture, "a");
      clocks.jumpWall(Duration.ofDays(3_650));
      clocks.advance(Duration.ofHours(2));
      fixture.queue().tick();
      assertEquals(List.of("a"), dead(fixture));
    }
  }

  /** An idle queue without dead has nothing to look at. */
  @Test
  void withoutDeadTheAgeIsNotLookedAt() throws Exception {
    try (var fixture = open(new Retention(AGE, 100, 1_000, 5))) {
      var before = fixture.number("SELECT batch FROM progress");
      clocks.advance(Duration.ofDays(30));
      fixture.queue().tick();
      assertEquals(before, fixture.number("SELECT batch FROM progress"));
    }
  }

  @Test
  void aRetentionOfNothingIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Retention(Duration.ZERO, 1, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> new Retention(AGE, 0, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> new Retention(AGE, 1, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> new Retention(AGE, 1, 1, -1));
  }

  /** Q31 A body of another codec, and one at which the codec throws, are dead; the lane goes on. */
  @Test
  void aBodyThatItsCodecCannotReadIsDeadAndItsLaneGoesOn() throws Exception {
    try (var fixture = open(new Retention(AGE, 100, 1_000, 5))) {
      var foreign = fixture.enqueue("a");
      fixture.enqueue("throws");
      fixture.enqueue("b");
      fixture
          .store()
          .submit(
              Op.record(
                  "foreign",
                  tx -> tx.update("UPDATE task SET codec = 9 WHERE seq = ?", foreign.seq())))
          .orThrow();
      fixture.queue().close();
      var picky =
          SafeTaskQueue.open(fixture.store(), fixture.queue().options(), new Picky()).orThrow();
      try (picky) {
        var lease = picky.lease(9, QueueFixture.PATIENCE).orThrow();
        assertEquals(List.of("b"), lease.stream().map(Lease::value).toList());
        var dead = picky.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
        assertEquals(
            List.of("it was written by codec 9", "unreadable"),
            dead.stream().map(DeadTask::why).toList());
        assertEquals(
            List.of(Reason.CORRUPT, Reason.CORRUPT), dead.stream().map(DeadTask::reason).toList());
        var stack = picky.poison().show(dead.get(1).did()).orThrow().orElseThrow().stack();
        assertTrue(stack.contains("Picky.decode"), stack);
      }
    }
  }

  /** Throws what no contract names. */
  private static final class Picky implements TaskCodec<String> {
    @Override
    public int id() {
      return 0;
    }

    @Override
    public Bytes encode(String value) {
      return Bytes.utf8(value);
    }

    @Override
    public String decode(Bytes body) {
      if (body.utf8().equals("throws")) throw new IndexOutOfBoundsException("unreadable");
      return body.utf8();
    }
  }

  /** Q17 A stack of at most 8 KiB, and the last 16 errors in at most 4 KiB, whatever they say. */
  @Test
  void whatIsKeptOfAFailureIsBounded() throws Exception {
    var thrown = new IllegalStateException("\u20ac".repeat(20_000));
    var why =
        new MeshError.Fault(
            "error.exception",
            "handling",
            "\u20ac\t".repeat(500),
            "none",
            MeshError.Retry.SAFE_WITH_KEY,
            Map.of(),
            Optional.of(thrown));
    try (var fixture = open(new Retention(AGE, 100, 1_000, 5))) {
      fixture.enqueue("a");
      fixture.queue().settle(fixture.lease(), new Poison(why)).orThrow();
      var dead = fixture.queue().poison().show(1).orThrow().orElseThrow();
      assertTrue(dead.stack().startsWith("java.lang.IllegalStateException: \u20ac"), dead.stack());
      assertFalse(dead.stack().contains("\ufffd"), "cut inside a character");
      var size = Bytes.utf8(dead.stack()).size();
      assertTrue(size > 8_000 && size <= 8 << 10, size + " B");
    }
    var errors = new ArrayList<AttemptError>();
    for (var i = 1; i <= 40; i++)
      errors.add(new AttemptError(i, Instant.EPOCH, why.code(), why.why()));
    var text = Text.errors(errors);
    assertTrue(text.size() <= 4 << 10, text.size() + " B");
    var kept = Text.errors(text);
    assertTrue(kept.size() > 4, kept.size() + " kept");
    assertEquals(40, kept.getLast().attempt());
    var plain =
        errors.stream().map(e -> new AttemptError(e.attempt(), e.wall(), "c", "w")).toList();
    assertEquals(plain.subList(24, 40), Text.errors(Text.errors(plain)));
  }

  private QueueFixture open(Retention keep) throws InterruptedException {
    return QueueFixture.open(directory, QueueOptions.of("q").retention(keep), clocks);
  }

  private static void kill(QueueFixture fixture, String body) throws InterruptedException {
    fixture.enqueue(body);
    fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
  }

  private static List<String> dead(QueueFixture fixture) throws InterruptedException {
    var bodies = new ArrayList<String>();
    for (var dead : fixture.queue().poison().list(PoisonFilter.ALL, 0, 500).orThrow())
      bodies.add(fixture.queue().poison().show(dead.did()).orThrow().orElseThrow().body().utf8());
    return bodies;
  }

  private static long retired(QueueFixture fixture, String cause) {
    var series = "meshkit_queue_retired_total{cause=\"" + cause + "\"} ";
    return fixture
        .store()
        .meters()
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .sum();
  }
}
