package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.link.Duplex;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q28, and {@code queue list}: the state of a lane says what keeps it. */
@Timeout(60)
class QueueDeskTest {
  private static final NodeId NOBODY = NodeId.of("eu", "nobody");

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
                    QueueDeskTest::unknown, store.uuid(), chance, Duration.ofDays(1)))) {
      var desk = new QueueDesk(queue, outbound, Clocks.system().wall(), _ -> {});
      outbound.send(NOBODY, Message.of("t", Bytes.utf8("x"))).orThrow();
      await().until(() -> desk.trouble(NOBODY).isPresent());
      var cut = only(desk);
      assertEquals(QueueItem.State.BREAKER_OPEN, cut.getState());
      assertEquals("error.unavailable", cut.getBlockedBy().getCode());
      queue.pause(new Target.Queue(), new Audit("ana", "moving house")).orThrow();
      assertEquals(QueueItem.State.PAUSED, only(desk).getState());
    }
  }

  private static Result<Duplex> unknown(NodeId to) {
    return Result.err(MeshError.unavailable("dial " + to, "nobody knows it", "wait"));
  }

  private static QueueItem only(QueueDesk desk) throws InterruptedException {
    var lanes = desk.lanes(NodeNames.of(List.of(NOBODY))).orThrow();
    assertEquals(1, lanes.size());
    return lanes.getFirst();
  }
}
