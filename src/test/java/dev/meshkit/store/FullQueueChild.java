package dev.meshkit.store;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Enqueued;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.PumpOptions;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskQueuePump;
import dev.meshkit.queue.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/**
 * A queue with a pump on a disk of 24 MiB that something else fills: says what becomes of enqueues,
 * of the tasks that are there, and of both once there is room again.
 */
final class FullQueueChild {
  private static final int TASKS = 60;
  private static final Duration WAIT = Duration.ofSeconds(90);
  private static final Lane LANE = Lane.of("eu/n2");

  private FullQueueChild() {}

  public static void main(String[] arguments) throws Exception {
    var directory = Path.of(arguments[0]);
    var limits = StoreLimits.DEFAULTS.with(DiskLimits.DEFAULTS.withReserve(4 << 20, 14 << 20));
    try (var store = Store.open(StoreFixture.options(directory).with(limits)).orThrow();
        var queue = SafeTaskQueue.open(store, QueueOptions.of("q"), TaskCodec.TEXT).orThrow()) {
      for (var i = 0; i < TASKS; i++) enqueue(queue, i).orThrow();
      var gate = new CountDownLatch(1);
      try (var pump = TaskQueuePump.start(queue, PumpOptions.concurrency(2), _ -> acked(gate))) {
        fill(directory.resolve("other"));
        run(store, queue, pump, gate);
        Files.delete(directory.resolve("other"));
        Awaitility.await().atMost(WAIT).until(() -> store.state() == StoreState.OK);
        ChildJvm.say("enqueue " + outcome(enqueue(queue, TASKS)));
        Awaitility.await()
            .atMost(WAIT)
            .until(() -> queue.stats().ready() + queue.stats().leased() == 0);
        ChildJvm.say("then " + (queue.stats().dead() == 0 ? "done" : queue.stats()));
      }
      ChildJvm.say("check " + check(store));
    }
  }

  private static void run(
      Store store, SafeTaskQueue<String> queue, TaskQueuePump<String> pump, CountDownLatch gate)
      throws InterruptedException {
    var full = enqueue(queue, TASKS);
    while (full.isOk()) full = enqueue(queue, TASKS); // into what the files have left
    ChildJvm.say("enqueue " + outcome(full) + " " + store.state());
    var waiting = queue.stats().ready() + queue.stats().leased();
    gate.countDown();
    Awaitility.await().atMost(WAIT).until(() -> pump.tally().done() == waiting);
    ChildJvm.say("all done " + store.state() + " enqueue " + outcome(enqueue(queue, TASKS)));
  }

  private static Disposition acked(CountDownLatch gate) throws InterruptedException {
    gate.await();
    return Disposition.Ack.plain();
  }

  private static Result<Enqueued> enqueue(SafeTaskQueue<String> queue, int i)
      throws InterruptedException {
    return queue.enqueue(TaskSpec.of(LANE, "kind", i + "x".repeat(30_000)));
  }

  private static String outcome(Result<Enqueued> answer) {
    return switch (answer) {
      case Result.Ok<Enqueued> _ -> "ok";
      case Result.Err<Enqueued>(var error) -> error.code();
    };
  }

  /** Until not a byte more fits beside the files and the reserve. */
  private static void fill(Path file) throws IOException {
    var size = 1 << 20;
    try (var out = Files.newOutputStream(file)) {
      while (size > 0) {
        try {
          out.write(new byte[size]);
        } catch (IOException full) {
          size /= 2;
        }
      }
    }
  }

  private static String check(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("PRAGMA integrity_check", row -> row.getString(1)))
        .orThrow()
        .getFirst();
  }
}
