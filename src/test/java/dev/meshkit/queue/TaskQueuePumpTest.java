package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.queue.TaskQueuePump.Tally;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handler over a queue: Q14, Q18, Q19, Q26. */
class TaskQueuePumpTest {
  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q").relaxed();
  private final ManualClocks clocks = new ManualClocks();
  private final Heedless heedless = new Heedless();

  /** Q26 The pump never holds more leases than slots, and uses all of them. */
  @Test
  void thereAreAsManyLeasesAsSlotsAndNoMore() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var i = 0; i < 40; i++) fixture.enqueue("t" + i);
      var leased = ConcurrentHashMap.<Long>newKeySet();
      var running = new AtomicInteger();
      var most = new AtomicInteger();
      // a handler that goes on only when four run at once
      var four = new CyclicBarrier(4, () -> leased.add(fixture.queue().stats().leased()));
      TaskHandler<Bytes> handler =
          lease -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            four.await();
            running.decrementAndGet();
            return Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(4), handler)) {
        await().until(() -> pump.tally().done() == 40);
      }
      assertEquals(Set.of(4L), leased);
      assertEquals(4, most.get());
    }
  }

  /** Q26 No handler outcome stops the pump or slows another slot. */
  @Test
  void noHandlerOutcomeStopsThePump() throws Exception {
    try (var fixture = QueueFixture.open(directory, options.maxAttempts(1))) {
      // given every way for a handler to go wrong, and one that never comes back
      var bad =
          List.of("hang", "null", "throw", "error", "deep", "mute", "odd", "work", "interrupt");
      for (var body : bad) fixture.enqueue(body);
      for (var i = 0; i < 100; i++) fixture.enqueue("good");
      // when two slots work on it
      try (var pump =
          TaskQueuePump.start(
              fixture.queue(),
              PumpOptions.concurrency(2).withDrain(Duration.ZERO),
              this::misbehave)) {
        // then the other slot does all the rest
        await().until(() -> pump.tally().done() == 108);
        assertEquals(1, fixture.queue().stats().leased());
        var codes = new TreeMap<String, Integer>();
        for (var dead : fixture.queue().poison().list(PoisonFilter.ALL, 0, 20).orThrow()) {
          assertEquals(Reason.EXHAUSTED, dead.reason());
          codes.merge(dead.code(), 1, Integer::sum);
        }
        assertEquals(Map.of("error.exception", 7, "error.store.op", 1), codes);
      }
      heedless.end();
    }
  }

  @SuppressWarnings({"NullAway", "InfiniteRecursion"}) // a handler is anybody's code
  private Disposition misbehave(Lease<Bytes> lease) throws Exception {
    return switch (lease.value().utf8()) {
      case "hang" -> heedless.handle();
      case "null" -> null;
      case "throw" -> throw new java.io.IOException("no");
      case "error" -> throw new AssertionError("no");
      case "deep" -> misbehave(lease);
      case "mute" -> throw new Unspeakable();
      case "odd" -> new Retry(null, null);
      case "work" ->
          new Ack(
              tx -> {
                throw new IllegalStateException("no");
              });
      case "interrupt" -> throw new InterruptedException("nobody did");
      default -> Ack.plain();
    };
  }

  /** Even its text is a fault. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  /** Q14 A stuck handler's lease expires, charged, and its slot is free for others. */
  @Test
  void aStuckHandlerLosesItsLeaseAndItsSlot() throws Exception {
    var brief = options.maxAttempts(1).lease(Duration.ofSeconds(30), Duration.ofSeconds(60));
    try (var fixture = QueueFixture.open(directory, brief, clocks)) {
      fixture.enqueue("stuck");
      TaskHandler<Bytes> handler =
          lease -> lease.value().utf8().equals("stuck") ? heedless.handle() : Ack.plain();
      var one = PumpOptions.concurrency(1).withDrain(Duration.ZERO);
      try (var pump = TaskQueuePump.start(fixture.queue(), one, handler)) {
        await().until(() -> fixture.queue().stats().leased() == 1);
        fixture.enqueue("next");
        // when it runs as long as heartbeats allow
        pass(fixture, pump, Duration.ofSeconds(50));
        assertEquals(0, heedless.interrupts());
        assertEquals(1, fixture.queue().stats().leased());
        // then it is interrupted, then without a lease, then without its slot
        pass(fixture, pump, Duration.ofSeconds(30));
        await().until(() -> heedless.interrupts() == 1);
        await().until(() -> pump.tally().done() == 1);
        var dead = fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
        assertEquals(
            List.of("error.taskqueue.lease_expired"), dead.stream().map(DeadTask::code).toList());
        assertEquals(1, dead.getFirst().attempts());
        // and what it says in the end counts for nothing
        heedless.end();
      }
      assertEquals(0, fixture.queue().stats().leased());
    }
  }

  /** Q14 Heartbeats keep a long handler's lease up, and do no I/O. */
  @Test
  void aLongHandlerKeepsItsLease() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.enqueue("long");
      var enough = new CountDownLatch(1);
      TaskHandler<Bytes> handler =
          lease -> {
            enough.await();
            return Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(1), handler)) {
        await().until(() -> fixture.queue().stats().leased() == 1);
        for (var i = 0; i < 16; i++) {
          fixture.pass(clocks, Duration.ofSeconds(9)); // looks at the heads of lanes, too
          var before = batch(fixture);
          pump.beat();
          assertEquals(before, batch(fixture));
        }
        assertEquals(1, fixture.queue().stats().leased());
        enough.countDown();
        await().until(() -> pump.tally().done() == 1);
      }
    }
  }

  /** Q26 A lost lease interrupts its handler. */
  @Test
  void aLostLeaseInterruptsItsHandler() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.enqueue("a");
      var held = new java.util.concurrent.CompletableFuture<Lease<Bytes>>();
      var interrupted = new CountDownLatch(1);
      TaskHandler<Bytes> handler =
          lease -> {
            if (!held.complete(lease)) return Ack.plain();
            try {
              heedless.awaitEnd();
            } catch (InterruptedException heeded) {
              interrupted.countDown();
            }
            return Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(1), handler)) {
        // when somebody else ends the lease
        fixture.queue().settle(held.get(), new Disposition.Poison(WHY)).orThrow();
        pump.beat();
        // then its handler is told, and what it says is stale
        await().until(() -> interrupted.getCount() == 0);
        fixture.enqueue("b");
        await().until(() -> pump.tally().equals(new Tally(1, 0, 0)));
      }
      assertEquals(1, fixture.queue().stats().dead());
    }
  }

  /** Many that end together are settled together. */
  @Test
  void whatEndsTogetherIsSettledTogether() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var i = 0; i < 32; i++) fixture.enqueue("t" + i);
      var together = new CyclicBarrier(32);
      var ended = new CountDownLatch(32);
      var disk = new CountDownLatch(1);
      var stalled = new CountDownLatch(1);
      TaskHandler<Bytes> handler =
          lease -> {
            together.await();
            stalled.await();
            ended.countDown();
            return Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(32), handler)) {
        await().until(() -> fixture.queue().stats().leased() == 32);
        // given a disk that stands still while they all end
        fixture.store().submit(Op.record("stall", tx -> stall(stalled, disk)), _ -> {});
        stalled.await();
        var before = batch(fixture);
        ended.await();
        await().until(() -> fixture.store().depth() == 1);
        disk.countDown();
        await().until(() -> pump.tally().done() == 32);
        // then: the stalled commit, that of the first to end, and that of the others
        var commits = batch(fixture) - before;
        assertTrue(commits <= 6, "32 settlements took " + commits + " commits");
      }
    }
  }

  private static int stall(CountDownLatch stalled, CountDownLatch disk) {
    stalled.countDown();
    try {
      disk.await();
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Q40 An idle pump is one blocked lease: no poll, no write. */
  @Test
  void anIdlePumpDoesNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks);
        var pump =
            TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(8), _ -> Ack.plain())) {
      fixture.enqueue("a");
      await().until(() -> pump.tally().done() == 1);
      var before = batch(fixture);
      pass(fixture, pump, Duration.ofMinutes(5));
      assertEquals(before, batch(fixture));
      assertEquals(PumpBeats.NEVER, new PumpBeats<>(fixture.queue(), new Slots<>(8)).look());
      // and it still works
      fixture.enqueue("b");
      await().until(() -> pump.tally().done() == 2);
    }
  }

  /** Q18 Snooze charges nothing: the next attempt is the first again. */
  @Test
  void aSnoozeChargesNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      var attempts = java.util.Collections.synchronizedList(new ArrayList<Integer>());
      TaskHandler<Bytes> handler =
          lease -> {
            attempts.add(lease.attempt());
            return attempts.size() < 3 ? new Snooze(Duration.ofMillis(1), "busy") : Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(1), handler)) {
        fixture.enqueue(LANE, "a");
        await().until(() -> pump.tally().equals(new Tally(1, 2, 0)));
      }
      assertEquals(List.of(1, 1, 1), attempts);
    }
  }

  private void pass(QueueFixture fixture, TaskQueuePump<Bytes> pump, Duration time)
      throws InterruptedException {
    for (var left = time; left.isPositive(); left = left.minusSeconds(10)) {
      fixture.pass(clocks, Duration.ofSeconds(10));
      pump.beat();
    }
  }

  private static long batch(QueueFixture fixture) throws InterruptedException {
    return fixture.number("SELECT batch FROM progress");
  }
}
