package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
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
  private final CountDownLatch never = new CountDownLatch(1);

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
        assertEquals(Map.of("error.exception", 6, "error.store.op", 2), codes);
      }
      never.countDown();
    }
  }

  @SuppressWarnings({"NullAway", "InfiniteRecursion"}) // a handler is anybody's code
  private Disposition misbehave(Lease<Bytes> lease) throws Exception {
    return switch (lease.value().utf8()) {
      case "hang" -> heedless();
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
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  /** Waits whatever happens, until the test ends. */
  private Disposition heedless() {
    while (true) {
      try {
        never.await();
        return Ack.plain();
      } catch (InterruptedException _) {
        interrupts.incrementAndGet();
      }
    }
  }

  private final AtomicInteger interrupts = new AtomicInteger();

  /** Q14 A stuck handler's lease expires, charged, and its slot is free for others. */
  @Test
  void aStuckHandlerLosesItsLeaseAndItsSlot() throws Exception {
    var brief = options.maxAttempts(1).lease(Duration.ofSeconds(30), Duration.ofSeconds(60));
    try (var fixture = QueueFixture.open(directory, brief, clocks)) {
      fixture.enqueue("stuck");
      TaskHandler<Bytes> handler =
          lease -> lease.value().utf8().equals("stuck") ? heedless() : Ack.plain();
      var one = PumpOptions.concurrency(1).withDrain(Duration.ZERO);
      try (var pump = TaskQueuePump.start(fixture.queue(), one, handler)) {
        await().until(() -> fixture.queue().stats().leased() == 1);
        fixture.enqueue("next");
        // when it runs as long as heartbeats allow
        pass(fixture, pump, Duration.ofSeconds(50));
        assertEquals(0, interrupts.get());
        assertEquals(1, fixture.queue().stats().leased());
        // then it is interrupted, then without a lease, then without its slot
        pass(fixture, pump, Duration.ofSeconds(30));
        assertEquals(1, interrupts.get());
        await().until(() -> pump.tally().done() == 1);
        var dead = fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
        assertEquals(
            List.of("error.taskqueue.lease_expired"), dead.stream().map(DeadTask::code).toList());
        assertEquals(1, dead.getFirst().attempts());
        // and what it says in the end counts for nothing
        never.countDown();
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
              never.await();
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
        interrupted.await();
        fixture.enqueue("b");
        await().until(() -> pump.tally().equals(new Tally(1, 0, 0)));
      }
      assertEquals(1, fixture.queue().stats().dead());
    }
  }

  /** Q26 close waits for what runs. */
  @Test
  void whatEndsWithinTheDrainIsDone() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      var both = new CountDownLatch(2);
      var go = new CountDownLatch(1);
      TaskHandler<Bytes> handler =
          lease -> {
            both.countDown();
            go.await();
            return lease.value().utf8().equals("a")
                ? Ack.plain()
                : new Snooze(Duration.ofHours(1), "later");
          };
      var patient = PumpOptions.concurrency(2).withDrain(PATIENCE);
      var pump = TaskQueuePump.start(fixture.queue(), patient, handler);
      both.await();
      fixture.enqueue("c");
      var stopped = new java.util.concurrent.FutureTask<>(pump::stop);
      var stopper = Thread.ofVirtual().start(stopped);
      await().until(() -> stopper.getState() == Thread.State.TIMED_WAITING);
      go.countDown();
      assertEquals(new Tally(1, 1, 0), stopped.get());
      // and nothing was leased meanwhile
      assertEquals(1, fixture.queue().stats().ready());
      assertEquals(new Tally(0, 0, 0), pump.stop());
    }
  }

  /** Q18, Q26 What does not end within the drain goes back, uncharged, heeding or not. */
  @Test
  void whatDoesNotEndIsReleasedUncharged() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var body : List.of("heeds", "heedless", "answers")) fixture.enqueue(body);
      var all = new CountDownLatch(3);
      TaskHandler<Bytes> handler =
          lease -> {
            all.countDown();
            return switch (lease.value().utf8()) {
              case "heedless" -> heedless();
              case "heeds" -> asked();
              default -> answering();
            };
          };
      var impatient = PumpOptions.concurrency(3).withDrain(Duration.ZERO);
      var pump = TaskQueuePump.start(fixture.queue(), impatient, handler);
      all.await();
      assertEquals(new Tally(0, 1, 2), pump.stop());
      // it is there again, as if nothing had been, while its handler still runs
      assertEquals(1, interrupts.get());
      assertEquals(0, fixture.queue().stats().leased());
      var again = fixture.queue().lease(3, PATIENCE).orThrow();
      assertEquals(Set.of("heeds", "heedless"), Set.copyOf(QueueFixture.bodies(again)));
      assertEquals(List.of(1, 1), again.stream().map(Lease::attempt).toList());
      never.countDown();
    }
  }

  private Disposition asked() throws InterruptedException {
    never.await();
    return Ack.plain();
  }

  private Disposition answering() {
    try {
      never.await();
      return Ack.plain();
    } catch (InterruptedException _) {
      return new Retry(WHY, Duration.ofHours(1));
    }
  }

  /** Q19 A pump that closes as a task comes strands no lease and charges nothing. */
  @Test
  void closingStrandsNoLease() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      for (var round = 0; round < 60; round++) {
        var pump =
            TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(2), lease -> Ack.plain());
        var stopper = Thread.ofVirtual().start(pump::close);
        fixture.enqueue("t" + round);
        stopper.join();
      }
      await().until(() -> fixture.queue().stats().leased() == 0);
      for (var left : fixture.queue().lease(100, Duration.ZERO).orThrow()) {
        assertEquals(1, left.attempt());
      }
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

  /** A closed queue ends its pump, and interrupts what runs. */
  @Test
  void aClosedQueueEndsThePump() throws Exception {
    var interrupted = new CountDownLatch(1);
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("a");
      TaskHandler<Bytes> handler =
          lease -> {
            try {
              never.await();
            } finally {
              interrupted.countDown();
            }
            return Ack.plain();
          };
      var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(1), handler);
      await().until(() -> fixture.queue().stats().leased() == 1);
      fixture.queue().close();
      pump.beat();
      interrupted.await();
      assertEquals(new Tally(0, 0, 0), pump.stop());
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
