package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases and time, on clocks that the test owns: Q13, Q14. */
class DeadlineTest {
  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();
  private final Duration lease = Duration.ofSeconds(30);

  /** Q14 A stuck handler's lease expires, charged, as lease_expired with attempt and times. */
  @Test
  void aSilentWorkerLosesItsLeaseAndTheTaskIsCharged() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      fixture.enqueue("a");
      var stuck = fixture.lease();
      fixture.pass(clocks, lease.minusSeconds(1));
      assertEquals(1, fixture.queue().stats().leased());
      fixture.pass(clocks, Duration.ofSeconds(3));
      var again = fixture.lease();
      assertEquals(2, again.attempt());
      assertEquals("error.taskqueue.lease_expired", again.errors().getFirst().code());
      // and the zombie's work is not applied when it comes back
      var late = fixture.queue().settle(stuck, new Ack(tx -> tx.update("CREATE TABLE app_x (a)")));
      assertInstanceOf(Settled.Stale.class, late.orThrow());
      assertEquals(0, fixture.number("SELECT count(*) FROM sqlite_schema WHERE name = 'app_x'"));
      assertEquals(
          "error.taskqueue.lease_inactive", error(fixture.queue().heartbeat(stuck)).code());
    }
  }

  /** Q14 Heartbeats hold the lease until maxRun, without I/O, and fail on a lost one. */
  @Test
  void heartbeatsHoldTheLeaseUntilMaxRun() throws Exception {
    var options = QueueOptions.of("q").lease(lease, Duration.ofSeconds(60));
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      var before = fixture.number("SELECT batch FROM progress");
      for (var i = 0; i < 5; i++) {
        fixture.pass(clocks, Duration.ofSeconds(10));
        assertTrue(fixture.queue().heartbeat(held).isOk());
      }
      assertEquals(before, fixture.number("SELECT batch FROM progress"));
      assertEquals(Result.ok(Duration.ofSeconds(10)), fixture.queue().heartbeat(held));
      fixture.pass(clocks, Duration.ofSeconds(12));
      assertEquals("error.taskqueue.lease_inactive", error(fixture.queue().heartbeat(held)).code());
    }
  }

  /** Q13 A paused JVM expires no lease: a gap in the sweeper's own ticks moves all deadlines. */
  @Test
  void aPauseOfTheMachineExpiresNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      fixture.pass(clocks, Duration.ofSeconds(5));
      // when everything stands still for two leases
      clocks.advance(lease.multipliedBy(2));
      fixture.queue().tick();
      // then the worker still has its lease, for the time that was left
      fixture.pass(clocks, Duration.ofSeconds(20));
      assertEquals(new Settled.Done(), fixture.queue().settle(held, Ack.plain()).orThrow());
    }
  }

  /** Q13 Nor does one that begins as soon as the sweeper sleeps, and ends past every deadline. */
  @Test
  void aPauseThatTakesTheWholeSleepExpiresNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      fixture.pass(clocks, Duration.ofSeconds(20));
      // when the sweeper sleeps for as long as it may, and everything stands still meanwhile
      var wakes = fixture.queue().nextTick();
      assertTrue(
          Duration.between(clocks.clocks().monotonic().instant(), wakes).compareTo(lease) < 0);
      clocks.advance(lease);
      fixture.queue().tick();
      // then the ten seconds that were left are left, and no more of them than a sleep
      fixture.pass(clocks, Duration.ofSeconds(9));
      assertEquals(1, fixture.queue().stats().leased());
      assertTrue(fixture.queue().heartbeat(held).isOk());
      fixture.pass(clocks, lease.plusSeconds(1));
      assertEquals(0, fixture.queue().stats().leased());
    }
  }

  /** Q13 Nor does one that comes while the sweeper waits for the disk. */
  @Test
  void aPauseInWhichTheSweeperWaitsExpiresNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      var disk = sweeperThatWaits(fixture);
      // when everything stands still for two leases, and goes on
      clocks.advance(lease.multipliedBy(2));
      disk.countDown();
      fixture.queue().nextTick(); // once the sweeper is done
      // then the worker still has its lease, for the time that was left
      fixture.pass(clocks, Duration.ofSeconds(20));
      assertTrue(fixture.queue().heartbeat(held).isOk());
      assertEquals(new Settled.Done(), fixture.queue().settle(held, Ack.plain()).orThrow());
    }
  }

  /** Q14 A disk that takes long is no pause: its wait takes nothing from the time of a worker. */
  @Test
  void aSlowDiskForgivesNoSilence() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      var disk = sweeperThatWaits(fixture);
      // when two leases pass meanwhile, in which whoever watches the clock goes on
      for (var i = 0; i < 2 * lease.toSeconds(); i++) {
        clocks.advance(Duration.ofSeconds(1));
        fixture.queue().look();
      }
      disk.countDown();
      fixture.pass(clocks, Duration.ofSeconds(1));
      // then the silent worker has lost its lease
      assertEquals("error.taskqueue.lease_inactive", error(fixture.queue().heartbeat(held)).code());
    }
  }

  /**
   * Has the sweeper wait, five seconds from now, for a disk that stands still until counted down.
   */
  private CountDownLatch sweeperThatWaits(QueueFixture fixture) throws InterruptedException {
    var later = TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofSeconds(5)));
    var task = QueueFixture.task(LANE, "later");
    fixture.queue().enqueue(new TaskSpec<>(LANE, task.kind(), task.value(), later)).orThrow();
    fixture.pass(clocks, Duration.ofSeconds(4));
    var disk = new CountDownLatch(1);
    var stalled = new CountDownLatch(1);
    fixture.store().submit(Op.record("stall", tx -> stall(stalled, disk)), _ -> {});
    stalled.await();
    clocks.advance(Duration.ofSeconds(1));
    Thread.ofVirtual().start(new FutureTask<>(() -> passed(fixture, Duration.ZERO)));
    org.awaitility.Awaitility.await().until(() -> fixture.store().depth() == 1);
    return disk;
  }

  /**
   * Q14 Without anybody who ticks by hand: its thread sleeps until the deadline, and not longer.
   */
  @Test
  void theSweeperTakesBackWhatRanOutByItself() throws Exception {
    var brief = QueueOptions.of("q").lease(Duration.ofMillis(300), Duration.ofMinutes(1));
    try (var fixture = QueueFixture.open(directory, brief)) {
      fixture.enqueue("a");
      for (var attempt = 1; attempt <= 3; attempt++) {
        assertEquals(attempt, fixture.lease().attempt());
      }
    }
  }

  /** Q13 A settle submitted before its deadline is honoured however long the disk takes. */
  @Test
  void aSettleSubmittedInTimeIsHonouredHoweverSlowTheDisk() throws Exception {
    // a lease that is over before the sweeper has any other reason to ask the disk
    var options = QueueOptions.of("q").lease(Duration.ofSeconds(5), Duration.ofMinutes(1));
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      // given a disk that stands still, and a settle that waits for it
      var disk = new CountDownLatch(1);
      var stalled = new CountDownLatch(1);
      fixture.store().submit(Op.record("stall", tx -> stall(stalled, disk)), _ -> {});
      stalled.await();
      var settled = new FutureTask<>(() -> fixture.queue().settle(held, Ack.plain()).orThrow());
      Thread.ofVirtual().start(settled);
      org.awaitility.Awaitility.await().until(() -> fixture.store().depth() == 1);
      // when the deadline passes and the sweeper gives its order behind it
      var sweeping = new FutureTask<>(() -> passed(fixture, Duration.ofSeconds(6)));
      Thread.ofVirtual().start(sweeping);
      org.awaitility.Awaitility.await().until(() -> fixture.store().depth() == 2);
      disk.countDown();
      // then the settle counts
      assertEquals(new Settled.Done(), settled.get());
      assertTrue(sweeping.get());
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
    }
  }

  /** Q22 An expiry in a run releases exactly the later ones. */
  @Test
  void anExpiryInARunGoesBack() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      var run = fixture.queue().leaseLane(LANE, 3, PATIENCE).orThrow();
      fixture.queue().settle(run.getFirst(), Ack.plain()).orThrow();
      for (var i = 0; i < 31; i++) {
        fixture.pass(clocks, Duration.ofSeconds(1));
        fixture.queue().heartbeat(run.get(2));
      }
      assertInstanceOf(
          Settled.Stale.class, fixture.queue().settle(run.get(2), Ack.plain()).orThrow());
      fixture.pass(clocks, Duration.ofSeconds(1));
      var next = fixture.queue().leaseLane(LANE, 3, PATIENCE).orThrow();
      assertEquals(List.of("b", "c"), bodies(next));
      assertEquals(List.of(2, 1), next.stream().map(Lease::attempt).toList());
    }
  }

  private boolean passed(QueueFixture fixture, Duration time) throws InterruptedException {
    fixture.pass(clocks, time);
    fixture.queue().tick();
    return true;
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
}
