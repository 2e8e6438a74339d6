package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q33, Q35 The inbox is bounded by who is heard of, and forgets nothing that may come again. */
class InboxKeepTest {
  private static final Duration KEEP = Duration.ofDays(30);
  private static final Bytes STORE = Bytes.of(new byte[16]);

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();
  private Inbox inbox; // of the fixture that a test has opened

  private QueueFixture open() throws InterruptedException {
    var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks);
    inbox = new Inbox(fixture.store());
    return fixture;
  }

  @Test
  void whoIsNotHeardOfIsForgottenAndWhoIsStaysKnown() throws Exception {
    try (var _ = open()) {
      for (var name : new String[] {"a", "b", "c"}) apply(name, 1);
      clocks.advance(Duration.ofDays(29));
      apply("a", 2); // a message
      assertEquals(Map.of("bulk", 1L), inbox.highest(peer("b"), STORE).orThrow()); // a stream
      clocks.advance(Duration.ofDays(1).minusMillis(1));
      assertEquals(Result.ok(0L), inbox.prune(KEEP));
      clocks.advance(Duration.ofMillis(2));
      assertEquals(Result.ok(1L), inbox.prune(KEEP));
      assertEquals(Result.ok(Inbox.Mark.DUPLICATE), inbox.lane(source("a")).look(1));
      assertEquals(Result.ok(Inbox.Mark.DUPLICATE), inbox.lane(source("b")).look(1));
      assertEquals(Result.ok(Inbox.Mark.NEW), inbox.lane(source("c")).look(1));
    }
  }

  /** A clock that is wildly ahead ages nobody. */
  @Test
  void aWildWallClockForgetsNothing() throws Exception {
    try (var _ = open()) {
      apply("a", 1);
      clocks.jumpWall(Duration.ofDays(3_650));
      assertEquals(Result.ok(0L), inbox.prune(KEEP));
    }
  }

  @Test
  void manyAreForgottenInChunks() throws Exception {
    try (var fixture = open()) {
      fixture.store().submit(Op.record("fill", tx -> tx.update(FILL))).orThrow();
      var before = fixture.number("SELECT batch FROM progress");
      clocks.advance(Duration.ofDays(31));
      assertEquals(Result.ok(1_201L), inbox.prune(KEEP));
      assertEquals(before + 3, fixture.number("SELECT batch FROM progress"));
      assertEquals(0, fixture.number("SELECT count(*) FROM inbox"));
      // and with nothing to forget nothing is written
      assertEquals(Result.ok(0L), inbox.prune(KEEP));
      assertEquals(before + 3, fixture.number("SELECT batch FROM progress"));
    }
  }

  private static final String FILL =
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201)
      INSERT INTO inbox (peer, store, lane, hi, missing, forgot, seen_wall)
      SELECT 'eu/n' || i, zeroblob(16), 'bulk', 1, x'', 0, 1 FROM n""";

  private void apply(String name, long n) throws InterruptedException {
    assertEquals(Result.ok(Inbox.Mark.NEW), inbox.lane(source(name)).apply(n, TxWork.NONE));
  }

  private static Inbox.Source source(String name) {
    return new Inbox.Source(peer(name), STORE, "bulk");
  }

  private static NodeId peer(String name) {
    return NodeId.of("eu", name);
  }
}
