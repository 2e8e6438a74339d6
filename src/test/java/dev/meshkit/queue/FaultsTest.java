package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.task;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Q14, Q26 A fault in a thread that others rely on costs them a moment, and is told. */
@Timeout(120)
class FaultsTest {
  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q").relaxed();
  private final Clock monotonic = new Clock(Clocks.system().monotonic()::instant);
  private final Clock wall = new Clock(Clocks.system().wall()::instant);

  /** A clock that fails for one thread, so many times, in any of the ways there are. */
  private static final class Clock {
    private final Supplier<Instant> real;
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger since = new AtomicInteger();
    private volatile String thread = "nobody's";

    Clock(Supplier<Instant> real) {
      this.real = real;
    }

    Instant now() {
      if (!Thread.currentThread().getName().endsWith(thread)) return real.get();
      var more = left.getAndUpdate(n -> Math.max(0, n - 1));
      if (more % 2 == 1) throw new IllegalStateException("planted");
      if (more > 0) throw new Error("planted");
      since.incrementAndGet();
      return real.get();
    }

    void fails(String whose, int times) {
      left.set(times);
      thread = whose;
    }

    /** Whether that is over, and the thread has read it often enough to have gone on. */
    boolean isOver() {
      return left.get() == 0 && since.get() > 3;
    }
  }

  private Clocks clocks() {
    return new Clocks(wall::now, monotonic::now);
  }

  private SafeTaskQueue<Bytes> inMemory(QueueOptions rules) {
    return new MemoryQueue<>(rules, TaskCodec.BYTES, clocks());
  }

  private QueueFixture inAFile(QueueOptions rules) throws InterruptedException {
    var where = StoreOptions.of(directory, "mesh", clocks(), new SplittableRandom(7));
    return QueueFixture.on(Store.open(where).orThrow(), rules);
  }

  /** Q26 Whoever leases for a pump goes on leasing. */
  @Test
  void aFaultWhileLeasingEndsNoPump() throws Exception {
    try (var said = Said.by(Rounds.class);
        var queue = inMemory(options);
        var pump = TaskQueuePump.start(queue, PumpOptions.concurrency(2), _ -> Ack.plain())) {
      monotonic.fails("-leases", 3);
      queue.enqueue(task(LANE, "a")).orThrow();
      await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      assertEquals(0, monotonic.left.get());
      assertEquals(3, said.count("error.internal: leasing tasks of queue q"));
    }
  }

  /**
   * Q26 Whoever settles for it goes on settling. What it was at is tried once more; if that fails
   * too the place is free, and the lease runs out.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFaultWhileSettlingEndsNoPump(int times) throws Exception {
    var lease = times == 1 ? Duration.ofSeconds(30) : Duration.ofMillis(300);
    var brief = options.lease(lease, Duration.ofMinutes(1));
    var attempts = new AtomicInteger();
    TaskHandler<Bytes> handler =
        _ -> {
          if (attempts.getAndIncrement() == 0) monotonic.fails("-settles", times);
          return Ack.plain();
        };
    try (var said = Said.by(Rounds.class);
        var queue = inMemory(brief);
        var pump = TaskQueuePump.start(queue, PumpOptions.concurrency(1), handler)) {
      queue.enqueue(task(LANE, "a")).orThrow();
      await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      assertEquals(times, attempts.get());
      assertEquals(times, said.count("error.internal: settling tasks of queue q"));
    }
  }

  /** Q14 Whoever keeps up its leases goes on keeping them up. */
  @Test
  void aFaultInABeatEndsNoBeats() throws Exception {
    var brief = options.lease(Duration.ofSeconds(6), Duration.ofMinutes(1));
    var enough = new CountDownLatch(1);
    TaskHandler<Bytes> handler =
        lease -> {
          if (lease.attempt() == 1) monotonic.fails("-beats", 2);
          enough.await();
          return Ack.plain();
        };
    try (var said = Said.by(Rounds.class);
        var queue = inMemory(brief);
        var pump = TaskQueuePump.start(queue, PumpOptions.concurrency(1), handler)) {
      queue.enqueue(task(LANE, "a")).orThrow();
      await().atMost(PATIENCE).until(monotonic::isOver);
      enough.countDown();
      await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      assertEquals(2, said.count("error.internal: keeping up leases of queue q"));
    }
  }

  /** Q14 The sweeper goes on taking leases back. */
  @Test
  void aFaultInTheSweeperEndsNoSweeping() throws Exception {
    var brief = options.lease(Duration.ofMillis(300), Duration.ofMinutes(1));
    try (var said = Said.by(Rounds.class);
        var fixture = inAFile(brief)) {
      monotonic.fails("queue-q-sweeper", 2);
      fixture.enqueue("a");
      assertEquals(1, fixture.lease().attempt());
      assertEquals(2, fixture.lease().attempt());
      assertEquals(0, monotonic.left.get());
      assertTrue(said.count("error.internal: sweeping queue q") > 0); // both may be of one tick
    }
  }

  /** Q14 Nor does one part of its work, that fails each time, keep the others from theirs. */
  @Test
  void aPartOfTheSweepingThatAlwaysFailsIsNoOthers() throws Exception {
    var brief = options.lease(Duration.ofMillis(300), Duration.ofMinutes(1)).maxAttempts(1);
    try (var fixture = inAFile(brief)) {
      wall.fails("queue-q-sweeper", Integer.MAX_VALUE); // it keeps appointments by that
      fixture.enqueue("a");
      fixture.lease();
      var dead = fixture.queue().poison().take("reader", PATIENCE).orThrow();
      assertEquals(List.of(Reason.EXHAUSTED), dead.stream().map(DeadTask::reason).toList());
    }
  }

  /** Q13 Whoever watches for pauses does so while anything is leased, and goes on after a fault. */
  @Test
  void theClockIsWatchedWhileAnythingIsLeased() throws Exception {
    var brief = options.lease(Duration.ofMillis(800), Duration.ofMinutes(1)).maxAttempts(1_000);
    try (var said = Said.by(Rounds.class);
        var fixture = inAFile(brief)) {
      monotonic.fails("queue-q-clock", 2);
      fixture.enqueue("a");
      var held = new AtomicReference<>(fixture.lease());
      await().atMost(PATIENCE).until(() -> isKept(fixture, held) && monotonic.isOver());
      assertEquals(2, said.count("error.internal: watching the clock for queue q"));
    }
  }

  /** One that ran out meanwhile, on a machine that is busy, is taken anew. */
  private static boolean isKept(QueueFixture fixture, AtomicReference<Lease<Bytes>> held)
      throws InterruptedException {
    if (!fixture.queue().heartbeat(held.get()).isOk()) held.set(fixture.lease());
    return true;
  }

  /**
   * Q18, Q26 A handler for which the system has no thread costs its task no attempt, and its pump
   * no place. The first two want a stack that no machine has room for.
   */
  @Test
  void aTaskForWhichThereIsNoThreadGoesBack() throws Exception {
    var large = new AtomicInteger(2);
    TaskQueuePump.Threads threads =
        name -> {
          var kind = Thread.ofPlatform().daemon().name(name);
          return (large.getAndDecrement() > 0 ? kind.stackSize(1L << 50) : kind).factory();
        };
    var attempts = new CopyOnWriteArrayList<Integer>();
    TaskHandler<Bytes> handler =
        lease -> {
          attempts.add(lease.attempt());
          return Ack.plain();
        };
    try (var said = Said.by(TaskQueuePump.class);
        var fixture = QueueFixture.open(directory, options)) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      try (var pump =
          TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(3), handler, threads)) {
        // an OutOfMemoryError in another thread would not fail this test, but end all tests
        await()
            .dontCatchUncaughtExceptions()
            .atMost(PATIENCE)
            .until(() -> pump.tally().done() == 3);
        assertEquals(new TaskQueuePump.Tally(3, 0, 2), pump.tally());
      }
      assertEquals(Collections.nCopies(3, 1), attempts);
      assertEquals(2, said.count("there is no thread for it: java.lang.OutOfMemoryError"));
    }
  }

  /** Q18, Q26 Nor does what fails before there is anything that could be started. */
  @Test
  void aTaskWhoseThreadCannotEvenBeNamedGoesBack() throws Exception {
    var bad = new AtomicInteger(2);
    TaskQueuePump.Threads threads =
        name -> {
          if (bad.getAndDecrement() > 0) throw new IllegalStateException("planted");
          return Thread.ofVirtual().name(name).factory();
        };
    var attempts = new CopyOnWriteArrayList<Integer>();
    TaskHandler<Bytes> handler =
        lease -> {
          attempts.add(lease.attempt());
          return Ack.plain();
        };
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      try (var pump =
          TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(3), handler, threads)) {
        await().atMost(PATIENCE).until(() -> pump.tally().done() == 3);
      }
      assertEquals(Collections.nCopies(3, 1), attempts);
    }
  }
}
