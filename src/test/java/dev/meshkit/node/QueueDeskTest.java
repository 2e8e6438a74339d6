package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.link.Duplex;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q11, Q22, Q28, and {@code queue list}: the state of a lane says what keeps it. */
@Timeout(60)
class QueueDeskTest {
  private static final NodeId NOBODY = NodeId.of("eu", "nobody");
  private static final Lane LANE = Lane.of(NOBODY.toString());
  private static final Instant WALL = Instant.parse("2026-11-27T09:00:00Z");

  @TempDir private Path directory;

  /**
   * Q28 A lane whose peer nobody has seen is not open: its breaker is, until an operator's word.
   */
  @Test
  void aLaneWithoutAWayToItsPeerIsNotOpen() throws Exception {
    var chance = new SplittableRandom(1);
    try (var store =
            Store.open(StoreOptions.of(directory, "mesh", Clocks.system(), chance)).orThrow();
        var queue =
            SafeTaskQueue.open(store, QueueOptions.of("mesh-out").carrier(), TaskCodec.BYTES)
                .orThrow();
        var outbound =
            new Outbound(
                queue,
                new Outbound.Ports(
                    QueueDeskTest::unknown,
                    store::uuid,
                    _ -> java.util.Optional.empty(),
                    chance,
                    new dev.meshkit.link.TimesToLive(
                        Duration.ZERO, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(16))))) {
      var desk = new QueueDesk(queue, outbound, Clocks.system().wall(), _ -> {});
      outbound.send(NOBODY, Message.of("t", Bytes.utf8("x"))).orThrow();
      await().until(() -> only(desk).hasBlockedBy());
      var cut = only(desk);
      assertEquals(QueueItem.State.BREAKER_OPEN, cut.getState());
      assertEquals("error.unavailable", cut.getBlockedBy().getCode());
      assertEquals("MK-NET-004 nobody knows it", cut.getBlockedBy().getText());
      queue.pause(new Target.Queue(), new Audit("ana", "moving house")).orThrow();
      assertEquals(QueueItem.State.PAUSED, only(desk).getState());
    }
  }

  /** Q22 A lane that a message holds says which, why, and when it is tried again. */
  @Test
  void aHeldLaneSaysWhatBlocksIt() throws Exception {
    try (var bed = new Bed(directory)) {
      bed.enqueue(1);
      bed.settle(new Disposition.Snooze(Duration.ofSeconds(9), "later"));
      var put = only(bed.desk());
      assertEquals(QueueItem.State.HELD, put.getState());
      assertEquals(
          Reason.newBuilder().setCode("error.snoozed").setText("message 1 was put off").build(),
          put.getBlockedBy());
      assertEquals(Times.of(WALL.plusSeconds(9)), put.getRetryAt());
    }
  }

  /** Q22 And of which failure, on which attempt. */
  @Test
  void aLaneThatAFailureHoldsSaysWhich() throws Exception {
    try (var bed = new Bed(directory)) {
      bed.enqueue(1);
      var why = MeshError.unavailable("storing it", "the disk is full", "make room");
      bed.settle(new Disposition.Retry(why, Duration.ZERO));
      var blocked = only(bed.desk()).getBlockedBy();
      assertEquals("error.unavailable", blocked.getCode());
      assertEquals("message 1, attempt 1 of 5: the disk is full", blocked.getText());
      // but a pause comes first: it does not end by itself
      bed.queue.pause(new Target.Queue(), new Audit("ana", "moving house")).orThrow();
      assertEquals("paused by ana", only(bed.desk()).getBlockedBy().getText());
    }
  }

  /** Q36 A lane whose numbers were given before says so, and where the way out is. */
  @Test
  void aLaneOfAFileThatWentBackSaysSo() throws Exception {
    try (var bed = new Bed(directory)) {
      bed.enqueue(1);
      var by = dev.meshkit.queue.Rollback.by(bed.store.uuid(), "a peer has more");
      bed.queue.pause(new Target.OneLane(LANE), by).orThrow();
      var blocked = only(bed.desk()).getBlockedBy();
      assertEquals("error.store.rollback", blocked.getCode());
      assertEquals("MK-STO-012", blocked.getText().split(" ", -1)[0]);
    }
  }

  /** Q11 How fast a lane moves, and how long until it is empty if it goes on like this. */
  @Test
  void aLaneSaysHowFastItMoves() throws Exception {
    try (var bed = new Bed(directory)) {
      bed.enqueue(10);
      bed.advance(Duration.ofSeconds(10));
      for (var i = 0; i < 5; i++) bed.settle(Disposition.Ack.plain());
      var grows = only(bed.desk());
      assertEquals(List.of(1.0, 0.5), List.of(grows.getIn(), grows.getOut()));
      assertFalse(grows.hasDrainEta());
      bed.advance(Duration.ofSeconds(60));
      var drains = only(bed.desk());
      assertEquals(List.of(0.0, 0.08), List.of(drains.getIn(), drains.getOut()));
      assertEquals(Times.of(Duration.ofSeconds(60)), drains.getDrainEta());
    }
  }

  /** A queue that nobody sends from, on clocks that stand still until moved. */
  private static final class Bed implements AutoCloseable {
    private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);
    private final Clocks clocks =
        new Clocks(() -> WALL.plus(passed.get()), () -> Instant.EPOCH.plus(passed.get()));
    private final Store store;
    private final SafeTaskQueue<Bytes> queue;
    private final Outbound outbound;

    Bed(Path directory) throws InterruptedException {
      var chance = new SplittableRandom(1);
      store = Store.open(StoreOptions.of(directory, "mesh", clocks, chance)).orThrow();
      var rules = QueueOptions.of("mesh-out").carrier();
      queue = SafeTaskQueue.open(store, rules, TaskCodec.BYTES).orThrow();
      outbound =
          new Outbound(
              queue,
              new Outbound.Ports(
                  QueueDeskTest::unknown,
                  store::uuid,
                  _ -> java.util.Optional.empty(),
                  chance,
                  new dev.meshkit.link.TimesToLive(
                      Duration.ZERO, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(16))));
    }

    QueueDesk desk() {
      return new QueueDesk(queue, outbound, clocks.wall(), _ -> {});
    }

    void enqueue(int tasks) throws InterruptedException {
      for (var i = 0; i < tasks; i++)
        queue.enqueue(TaskSpec.of(LANE, "t", Bytes.utf8("x"))).orThrow();
    }

    void settle(Disposition said) throws InterruptedException {
      queue.settle(queue.lease(1, Duration.ofSeconds(20)).orThrow().getFirst(), said).orThrow();
    }

    void advance(Duration by) {
      passed.updateAndGet(by::plus);
    }

    @Override
    public void close() {
      outbound.close();
      queue.close();
      store.close();
    }
  }

  private static Result<Duplex> unknown(NodeId to) {
    var why = MeshError.unavailable("dial " + to, "nobody knows it", "wait");
    return Result.err(why.with("mk", "MK-NET-004"));
  }

  private static QueueItem only(QueueDesk desk) throws InterruptedException {
    var lanes = desk.lanes(NodeNames.of(List.of(NOBODY))).orThrow();
    assertEquals(1, lanes.size());
    return lanes.getFirst();
  }
}
