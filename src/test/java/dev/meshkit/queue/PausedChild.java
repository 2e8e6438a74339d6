package dev.meshkit.queue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A process that holds three leases and keeps them up, says {@code H}, and once it was paused for
 * longer than they last does so no more, but settles them: {@code S} and what came of each.
 */
final class PausedChild {
  static final Duration LEASE = Duration.ofSeconds(2);
  static final QueueOptions OPTIONS =
      QueueOptions.of("q").relaxed().lease(LEASE, Duration.ofMinutes(10));

  private static final long PAUSED = LEASE.toNanos() * 3 / 2;

  private PausedChild() {}

  public static void main(String[] arguments) {
    try {
      hold(Path.of(arguments[0]));
    } catch (InterruptedException | RuntimeException failure) {
      ChildJvm.say("X " + failure); // the store's threads would keep a dead child waited for
      System.exit(1);
    }
  }

  private static void hold(Path directory) throws InterruptedException {
    var store = StoreFixture.open(directory);
    var queue = DurableQueue.open(store, OPTIONS, TaskCodec.BYTES).orThrow();
    var tasks = IntStream.range(0, 3).mapToObj(i -> QueueFixture.task(Lane.of("l"), "t" + i));
    queue.enqueueAll(tasks.toList()).orThrow();
    var leases = queue.lease(3, QueueFixture.PATIENCE).orThrow();
    ChildJvm.say("H");
    var never = new CountDownLatch(1);
    var before = System.nanoTime();
    for (var now = before; now - before < PAUSED; now = System.nanoTime()) {
      before = now; // of one look: a pause between two of them would be seen by neither
      for (var lease : leases) queue.heartbeat(lease).orThrow();
      never.await(50, TimeUnit.MILLISECONDS);
    }
    queue.tick(); // whether the sweeper was here already or not
    for (var lease : leases) {
      ChildJvm.say("S " + queue.settle(lease, Ack.plain()).orThrow() + " " + lease.attempt());
    }
    queue.close();
    store.close();
  }
}
