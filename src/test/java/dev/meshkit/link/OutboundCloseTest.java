package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A way out is closed within one time, however many peers keep it from that. */
@Timeout(40) // one after the other the senders below would take a minute
class OutboundCloseTest {
  private static final int PEERS = 30;
  private static final Duration EACH = Duration.ofSeconds(2);

  @TempDir private Path directory;
  private final CountDownLatch hold = new CountDownLatch(1);
  private final AtomicInteger dialling = new AtomicInteger();

  /** Heeds no interruption. */
  private Result<Duplex> deaf(NodeId to) {
    dialling.incrementAndGet();
    while (true) {
      try {
        hold.await();
        return Result.err(MeshError.unavailable("dial " + to, "held", "wait"));
      } catch (InterruptedException _) {
        // deaf
      }
    }
  }

  @Test
  void oneTimeIsEnoughForAllSenders() throws Exception {
    var chance = new SplittableRandom(1);
    try (var store =
            Store.open(StoreOptions.of(directory, "mesh", Clocks.system(), chance)).orThrow();
        var queue =
            SafeTaskQueue.open(store, QueueOptions.of("mesh-out").carrier(), TaskCodec.BYTES)
                .orThrow()) {
      var ports =
          new Outbound.Ports(
              this::deaf,
              store::uuid,
              _ -> java.util.Optional.empty(),
              chance,
              TimesToLive.DEFAULTS);
      var outbound = new Outbound(queue, ports);
      for (var i = 0; i < PEERS; i++) {
        outbound.send(NodeId.of("eu", "n" + i), Message.of("t", Bytes.utf8("x"))).orThrow();
      }
      await().until(() -> dialling.get() == PEERS);
      outbound.close(EACH);
      hold.countDown();
      outbound.close();
    }
  }

  /** Who is interrupted waits no longer, and stays interrupted. */
  @Test
  void anInterruptedCallerWaitsNoLonger() throws Exception {
    var waiting = Thread.ofVirtual().start(() -> deaf(NodeId.of("eu", "n1")));
    Thread.currentThread().interrupt();
    Joining.within(Duration.ofDays(1), "ending nothing", List.of(waiting));
    assertTrue(Thread.interrupted());
    hold.countDown();
    Joining.within(Duration.ofDays(1), "ending it", List.of(waiting));
    assertFalse(waiting.isAlive());
  }
}
