package dev.meshkit.bench.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.PumpOptions;
import dev.meshkit.queue.TaskId;
import dev.meshkit.queue.TaskQueuePump;
import dev.meshkit.queue.TaskSpec;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/**
 * What 99 lanes wait that get a task a second each, alone and beside one lane with a million: from
 * the enqueue to the beginning of the handler, in turns.
 */
final class Fairness {
  private static final int LONG = 1_000_000;
  private static final int SHORT_LANES = 99;
  private static final int PLACES = 8;
  private static final int SECONDS = 6;
  private static final int ROUNDS = 4;
  private static final int WORK_MS = Integer.getInteger("work", 50); // FIXME
  private static final String TIMED = "bench.timed";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final OurQueue ours;
  private final Queue<Long> waited = new ConcurrentLinkedQueue<>();
  private final Queue<TaskId> sent = new ConcurrentLinkedQueue<>();

  private Fairness(OurQueue ours) {
    this.ours = ours;
  }

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var quiet = Files.createDirectories(home.resolve("quiet"));
    var crowded = Files.createDirectories(home.resolve("crowded"));
    Fill.rows(crowded, LONG, 1);
    var alone = new double[ROUNDS];
    var beside = new double[ROUNDS];
    try (var few = new OurQueue(quiet, true);
        var many = new OurQueue(crowded, true)) {
      for (var round = -1; round < ROUNDS; round++) {
        var first = new Fairness(few).turn();
        var second = new Fairness(many).turn();
        System.out.printf(
            "fairness: p50 %.1f p99 %.1f ms alone, p50 %.1f p99 %.1f ms beside%n",
            first.p50(), first.p99(), second.p50(), second.p99());
        if (round < 0) continue;
        alone[round] = first.p99();
        beside[round] = second.p99();
      }
    }
    Spread.of(alone).put(numbers, "fairness_alone_p99_ms");
    Spread.of(beside).put(numbers, "fairness_p99_ms");
    Spread.ratio(beside, alone).put(numbers, "fairness_ratio");
  }

  private Times turn() throws Exception {
    try (var _ = TaskQueuePump.start(ours.queue(), PumpOptions.concurrency(PLACES), this::handle)) {
      var senders = Executors.newVirtualThreadPerTaskExecutor();
      var all =
          java.util.stream.IntStream.range(0, SHORT_LANES)
              .mapToObj(i -> senders.submit(() -> send(i)))
              .toList();
      senders.close();
      for (var one : all) one.get();
      for (var task : sent) ours.queue().await(task, PATIENCE).orThrow();
    }
    return Times.ofNanos(waited);
  }

  /** A task a second, each lane at its own time. */
  private Void send(int i) throws InterruptedException {
    var lane = Lane.of("short" + i);
    Load.pass(Duration.ofMillis(new SplittableRandom(i).nextInt(1_000)));
    var begun = System.nanoTime();
    for (var second = 0; second < SECONDS; second++) {
      Load.pass(Duration.ofNanos(begun + second * 1_000_000_000L - System.nanoTime()));
      var now = ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array();
      sent.add(ours.queue().enqueue(TaskSpec.of(lane, TIMED, Bytes.of(now))).orThrow().id());
    }
    return null;
  }

  /** Takes its time, as a call to somebody else does: the places are what all compete for. */
  private Disposition handle(Lease<Bytes> lease) {
    if (lease.kind().equals(TIMED)) {
      waited.add(System.nanoTime() - lease.value().asBuffer().getLong());
    }
    var ms = WORK_MS == 0 ? 0 : new SplittableRandom(lease.id().seq()).nextInt(2 * WORK_MS);
    Load.pass(Duration.ofMillis(ms));
    return Ack.plain();
  }
}
