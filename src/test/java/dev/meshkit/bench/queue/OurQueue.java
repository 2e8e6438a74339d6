package dev.meshkit.bench.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settlement;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ours, as an application uses it: callers that each enqueue one task and wait until it is durable,
 * and workers that lease and acknowledge up to 64 at a time, as a pump does.
 */
final class OurQueue implements Load {
  static final int LANES = 8;
  private static final int IN_FLIGHT = 512;
  private static final int WORKERS = 8;
  private static final int ENQUEUERS = 256;

  private final Store store;
  private final SafeTaskQueue<Bytes> queue;
  private final boolean enqueueOnly;
  private final Bytes body = Bytes.of(new byte[BODY_BYTES]);

  OurQueue(Path directory, boolean enqueueOnly) throws InterruptedException {
    this.store = StoreFixture.open(directory);
    this.queue = SafeTaskQueue.open(store, options(), TaskCodec.BYTES).orThrow();
    this.enqueueOnly = enqueueOnly;
  }

  /** The defaults but for room: some runs have more waiting than the defaults let in. */
  static QueueOptions options() {
    var plain = QueueOptions.of("bench").relaxed();
    return plain.capacity(plain.capacity().withTasks(50_000_000).withLane(50_000_000, 1L << 40));
  }

  SafeTaskQueue<Bytes> queue() {
    return queue;
  }

  Store store() {
    return store;
  }

  static Lane lane(int i) {
    return Lane.of("lane" + i);
  }

  TaskSpec<Bytes> task(int lane) {
    return task(lane(lane % LANES));
  }

  TaskSpec<Bytes> task(Lane lane) {
    return TaskSpec.of(lane, "bench.task", body);
  }

  /** How many transactions have changed something so far. */
  long commits() throws InterruptedException {
    return store
        .read(read -> read.query("SELECT batch FROM progress", row -> row.getLong(1)).getFirst())
        .orThrow();
  }

  @Override
  public double perSecond(Duration time) throws InterruptedException {
    return enqueueOnly ? enqueues(time) : cycles(time);
  }

  private double enqueues(Duration time) {
    var done = new LongAdder();
    var lanes = new AtomicInteger();
    var crew = new Crew(Executors.newVirtualThreadPerTaskExecutor(), done);
    crew.start(
        ENQUEUERS,
        () -> {
          var lane = lanes.getAndIncrement();
          for (; !crew.isOver(); done.increment()) queue.enqueue(task(lane)).orThrow();
        });
    return crew.perSecond(time);
  }

  private double cycles(Duration time) {
    var done = new LongAdder();
    var lanes = new AtomicInteger();
    var free = new Semaphore(IN_FLIGHT);
    var crew = new Crew(Executors.newVirtualThreadPerTaskExecutor(), done);
    crew.start(
        IN_FLIGHT,
        () -> {
          var lane = lanes.getAndIncrement();
          for (free.acquire(); !crew.isOver(); free.acquire()) queue.enqueue(task(lane)).orThrow();
          free.release();
        });
    crew.start(
        WORKERS,
        () -> {
          while (!crew.isOver() || free.availablePermits() < IN_FLIGHT) work(free, done);
        });
    return crew.perSecond(time);
  }

  private void work(Semaphore free, LongAdder done) throws InterruptedException {
    var leases = queue.lease(64, Duration.ofMillis(50)).orThrow();
    if (leases.isEmpty()) return;
    var acks = leases.stream().map(lease -> new Settlement<>(lease, Ack.plain())).toList();
    queue.settleAll(acks).orThrow();
    done.add(leases.size());
    free.release(leases.size());
  }

  @Override
  public void close() {
    queue.close();
    store.close();
  }
}
