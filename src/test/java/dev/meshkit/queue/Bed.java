package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A queue of either kind, for the contract that both keep, on clocks that the test owns.
 *
 * @param queue the queue
 * @param clocks what it goes by
 * @param tick has it look at them
 * @param end closes it, and what it lies in
 */
record Bed(SafeTaskQueue<Bytes> queue, ManualClocks clocks, Tick tick, Runnable end)
    implements AutoCloseable {
  /** A look at the clocks. */
  interface Tick {
    void now() throws InterruptedException;
  }

  /** In a file of this directory. */
  static Bed durable(Path directory, QueueOptions options) throws InterruptedException {
    var clocks = new ManualClocks();
    return of(QueueFixture.open(directory, options, clocks), clocks);
  }

  /** Of a fixture; closing it closes that. */
  static Bed of(QueueFixture fixture, ManualClocks clocks) {
    return new Bed(fixture.queue(), clocks, fixture.queue()::tick, fixture::close);
  }

  /** In memory. */
  static Bed memory(QueueOptions options) {
    var clocks = new ManualClocks();
    var queue = new MemoryQueue<>(options, TaskCodec.BYTES, clocks.clocks());
    return new Bed(queue, clocks, queue::tick, queue::close);
  }

  /** Lets time pass in steps a healthy machine would notice. */
  void pass(Duration time) throws InterruptedException {
    var step = Duration.ofMillis(500);
    for (var left = time; left.isPositive(); left = left.minus(step)) {
      clocks.advance(left.compareTo(step) < 0 ? left : step);
      tick.now();
    }
  }

  /** Spins until a thread waits for something; fails if it has ended instead. */
  static void awaitParked(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      if (!thread.isAlive()) throw new AssertionError("it did not wait: " + thread);
      Thread.onSpinWait();
    }
  }

  Enqueued enqueue(Lane lane, String body, TaskOptions options) throws InterruptedException {
    return queue.enqueue(new TaskSpec<>(lane, "test.kind", Bytes.utf8(body), options)).orThrow();
  }

  TaskId enqueue(Lane lane, String body) throws InterruptedException {
    return enqueue(lane, body, TaskOptions.DEFAULTS).id();
  }

  TaskId enqueue(String body) throws InterruptedException {
    return enqueue(QueueFixture.LANE, body);
  }

  /** The one task that a worker gets now. */
  Lease<Bytes> lease() throws InterruptedException {
    return queue.lease(1, QueueFixture.PATIENCE).orThrow().getFirst();
  }

  /** What a worker gets without waiting. */
  List<String> leaseNow(int max) throws InterruptedException {
    return QueueFixture.bodies(queue.lease(max, Duration.ZERO).orThrow());
  }

  /** A run of a lane, without waiting. */
  List<Lease<Bytes>> run(Lane lane, int max) throws InterruptedException {
    return queue.leaseLane(lane, max, Duration.ZERO).orThrow();
  }

  /** More of the run of one that is held. */
  List<Lease<Bytes>> more(Lease<Bytes> held, int max) throws InterruptedException {
    return queue.leaseMore(held, max).orThrow();
  }

  /** Acknowledges these, and what their holder gets for it. */
  Exchanged<Bytes> exchange(List<Lease<Bytes>> done, Optional<Lease<Bytes>> held, int max)
      throws InterruptedException {
    var many = done.stream().map(one -> new Settlement<>(one, Disposition.Ack.plain())).toList();
    return queue.exchange(many, QueueFixture.LANE, held, max).orThrow();
  }

  Settled settle(Lease<Bytes> lease, Disposition said) throws InterruptedException {
    return queue.settle(lease, said).orThrow();
  }

  /** Enqueues a task and has it die. */
  long kill(String body) throws InterruptedException {
    enqueue(body);
    var said = settle(lease(), new Disposition.Poison(QueueFixture.WHY));
    if (said instanceof Settled.Dead(var did, _)) return did;
    throw new AssertionError("it lives: " + said);
  }

  @Override
  public void close() {
    end.run();
  }
}
