package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/** A queue of byte tasks on a real store in a test's directory, with clocks the test may own. */
final class QueueFixture implements AutoCloseable {
  /** Where tests enqueue unless it matters. */
  static final Lane LANE = Lane.of("eu/n2");

  /** Long enough for anything that must happen; never waited out in a test that passes. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  private final Store store;
  private final DurableQueue<Bytes> queue;

  private QueueFixture(Store store, QueueOptions options) throws InterruptedException {
    this.store = store;
    this.queue = DurableQueue.open(store, options, TaskCodec.BYTES).orThrow();
  }

  static QueueFixture open(Path directory, QueueOptions options) throws InterruptedException {
    return new QueueFixture(StoreFixture.open(directory), options);
  }

  /** On a store that a test has opened; closing the fixture closes it. */
  static QueueFixture on(Store store, QueueOptions options) throws InterruptedException {
    return new QueueFixture(store, options);
  }

  /** On clocks that move only when the test says so. */
  static QueueFixture open(Path directory, QueueOptions options, ManualClocks clocks)
      throws InterruptedException {
    return new QueueFixture(
        Store.open(StoreOptions.of(directory, "mesh", clocks.clocks(), new SplittableRandom(7)))
            .orThrow(),
        options);
  }

  /** Two clocks that stand still until moved. */
  static final class ManualClocks {
    private final AtomicReference<Instant> wall;
    private final AtomicReference<Instant> monotonic = new AtomicReference<>(Instant.EPOCH);

    ManualClocks() {
      this(Instant.parse("2026-11-23T12:00:00Z"));
    }

    /** Of a file that is opened by the real clocks as well: a task of a week ago is over there. */
    ManualClocks(Instant wall) {
      this.wall = new AtomicReference<>(wall);
    }

    Clocks clocks() {
      return new Clocks(wall::get, monotonic::get);
    }

    void advance(Duration by) {
      wall.updateAndGet(now -> now.plus(by));
      monotonic.updateAndGet(now -> now.plus(by));
    }

    void jumpWall(Duration by) {
      wall.updateAndGet(now -> now.plus(by));
    }
  }

  Store store() {
    return store;
  }

  DurableQueue<Bytes> queue() {
    return queue;
  }

  /** Lets time pass in steps a healthy machine would notice, the sweeper looking each time. */
  void pass(ManualClocks clocks, Duration time) throws InterruptedException {
    var step = Duration.ofMillis(500);
    for (var left = time; left.isPositive(); left = left.minus(step)) {
      clocks.advance(left.compareTo(step) < 0 ? left : step);
      queue.tick();
    }
  }

  TaskId enqueue(String body) throws InterruptedException {
    return enqueue(LANE, body);
  }

  TaskId enqueue(Lane lane, String body) throws InterruptedException {
    return queue.enqueue(task(lane, body)).orThrow().id();
  }

  static TaskSpec<Bytes> task(Lane lane, String body) {
    return TaskSpec.of(lane, "test.kind", Bytes.utf8(body));
  }

  /** The one task that a worker gets now. */
  Lease<Bytes> lease() throws InterruptedException {
    return queue.lease(1, PATIENCE).orThrow().getFirst();
  }

  /** What a worker gets without waiting. */
  List<String> leaseNow(int max) throws InterruptedException {
    return bodies(queue.lease(max, Duration.ZERO).orThrow());
  }

  static List<String> bodies(List<Lease<Bytes>> leases) {
    return leases.stream().map(lease -> lease.value().utf8()).toList();
  }

  /** A number the tables hold. */
  long number(String sql) throws InterruptedException {
    return store.read(reading -> reading.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  @Override
  public void close() {
    queue.close();
    store.close();
  }
}
