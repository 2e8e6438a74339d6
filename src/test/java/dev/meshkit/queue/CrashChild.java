package dev.meshkit.queue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that runs whatever it leases, and is killed, as by the kernel, by the task {@code
 * killer}: says {@code K} then and waits for it, or {@code E} when nothing is left.
 */
final class CrashChild {
  private CrashChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var store = StoreFixture.open(Path.of(arguments[0]));
    var queue = SafeTaskQueue.open(store, CrashLoopTest.OPTIONS, TaskCodec.BYTES).orThrow();
    while (true) {
      var leases = queue.lease(8, Duration.ZERO).orThrow();
      if (leases.isEmpty()) break;
      for (var lease : leases) {
        if (lease.value().utf8().equals("killer")) {
          ChildJvm.say("K");
          Thread.currentThread().join(Duration.ofMinutes(1)); // it is killed before
        }
        queue.settle(lease, Ack.plain()).orThrow();
        ChildJvm.say("A " + lease.value().utf8());
      }
    }
    ChildJvm.say("E");
    Thread.currentThread().join(Duration.ofMinutes(1)); // not a clean stop either
  }
}
