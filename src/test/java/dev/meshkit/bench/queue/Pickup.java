package dev.meshkit.bench.queue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.queue.PumpOptions;
import dev.meshkit.queue.TaskQueuePump;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * How long after its enqueue has returned a task's handler begins, where all places of a pump are
 * free, beside what the enqueue itself took; and how many commits that costs.
 */
final class Pickup {
  private static final int WARM_UPS = 1_000;
  private static final int TASKS = 2_000;
  private static final int PLACES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** One to add the task, and one to acknowledge it. */
  private static final int COMMITS = 2;

  private Pickup() {}

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var commits = new ArrayList<Long>();
    var pickups = new ArrayList<Long>();
    var began = new ArrayBlockingQueue<Long>(1);
    try (var ours = new OurQueue(Files.createDirectories(home.resolve("pickup")), true);
        var _ =
            TaskQueuePump.start(
                ours.queue(),
                PumpOptions.concurrency(PLACES),
                _ -> {
                  began.put(System.nanoTime());
                  return Ack.plain();
                })) {
      var before = 0L;
      for (var i = -WARM_UPS; i < TASKS; i++) {
        if (i == 0) before = ours.commits();
        var asked = System.nanoTime();
        var task = ours.queue().enqueue(ours.task(i + WARM_UPS)).orThrow().id();
        var durable = System.nanoTime();
        var picked = began.take();
        ours.queue().await(task, PATIENCE).orThrow(); // so that all places are free again
        if (i < 0) continue;
        commits.add(durable - asked);
        pickups.add(Math.max(0, picked - durable)); // it may begin before its enqueuer is awake
      }
      var spent = (double) (ours.commits() - before) / TASKS;
      numbers.put("pickup_lease_commits", Spread.rounded(spent - COMMITS));
    }
    Times.ofNanos(commits).put(numbers, "pickup_enqueue");
    var times = Times.ofNanos(pickups);
    times.put(numbers, "pickup");
    System.out.printf("pickup: p50 %.3f ms, p99 %.3f ms%n", times.p50(), times.p99());
  }
}
