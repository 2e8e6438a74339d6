package dev.meshkit.store;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Enqueues tasks, and has of three one acked and one die; says after each what is durable. Its log
 * is short, so that it starts over many times. Ends without closing anything.
 */
final class QueuePowerLossChild {
  static final int TASKS = 24;

  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  private QueuePowerLossChild() {}

  /** From small ones to some of many pages. */
  static String body(int task) {
    return task + " " + "x".repeat(task % 12 == 11 ? 60_000 : task * 397 % 9_000);
  }

  /** Which task a body is of. */
  static int task(String body) {
    return Integer.parseInt(body.substring(0, body.indexOf(' ')));
  }

  public static void main(String[] arguments) throws InterruptedException {
    var limits =
        StoreLimits.DEFAULTS.with(
            DiskLimits.DEFAULTS.withReserve(0, 1).withLog(48 << 10, 160 << 10, 1 << 20));
    var store = Store.open(StoreFixture.options(Path.of(arguments[0])).with(limits)).orThrow();
    var queue = SafeTaskQueue.open(store, QueueOptions.of("q").relaxed(), TaskCodec.TEXT).orThrow();
    for (var i = 0; i < TASKS; i++) {
      queue.enqueue(TaskSpec.of(Lane.of("eu/n2"), "kind", body(i))).orThrow();
      ChildJvm.say("live " + i);
      if (i % 3 != 2) continue;
      var leases = queue.lease(2, Duration.ofSeconds(60)).orThrow();
      settle(queue, leases.getFirst(), Disposition.Ack.plain(), "done ");
      settle(queue, leases.getLast(), new Disposition.Poison(WHY), "dead ");
    }
    Runtime.getRuntime().halt(0);
  }

  private static void settle(
      SafeTaskQueue<String> queue, Lease<String> lease, Disposition said, String now)
      throws InterruptedException {
    queue.settle(lease, said).orThrow();
    ChildJvm.say(now + task(lease.value()));
  }
}
