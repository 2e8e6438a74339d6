package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Unreachable;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that cannot be reached, on clocks that the test owns: Q18, Q28. */
class BreakerTest {
  private static final Lane CONTROL = new Lane(LANE.key(), TrafficClass.CONTROL);
  private static final Lane OTHER = Lane.of("eu/n3");
  private static final Disposition DOWN = new Unreachable(WHY);

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  /** Q28 An open breaker costs no write and no attempt; one probe per half-open. */
  @Test
  void anOpenBreakerCostsNothingAndLetsOneProbeThrough() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      // given two lanes of a peer that was not reached three times
      fixture.enqueue("bulk");
      fixture.enqueue(CONTROL, "control");
      trip(fixture);
      // when four workers come and wait
      var before = batch(fixture);
      var workers = new ArrayList<Worker>();
      for (var i = 0; i < 4; i++) workers.add(new Worker(fixture));
      fixture.pass(clocks, Duration.ofMillis(390));
      // then nothing is written and nothing is leased
      assertEquals(before, batch(fixture));
      assertEquals(0, fixture.queue().stats().leased());
      // and when the pause is over one of them gets one task, uncharged so far
      fixture.pass(clocks, Duration.ofMillis(220));
      await().until(() -> fixture.queue().stats().leased() == 1);
      assertEquals(before + 1, batch(fixture));
      await().until(() -> workers.stream().filter(Worker::isServed).count() == 1);
      var probe = workers.stream().filter(Worker::isServed).findFirst().orElseThrow();
      assertEquals(1, probe.lease().attempt());
      fixture.pass(clocks, Duration.ofSeconds(5));
      assertEquals(1, fixture.queue().stats().leased());
      // and once it gets through, so do the others
      fixture.queue().settle(probe.lease(), Ack.plain()).orThrow();
      await().until(() -> workers.stream().filter(Worker::isServed).count() == 2);
      for (var worker : workers) worker.stop();
    }
  }

  /** Q28 Each failed probe doubles the pause, ±20 %, up to the cap. */
  @Test
  void theLongerItIsDownTheRarerAreTheProbes() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      fixture.enqueue("a");
      trip(fixture);
      for (var seconds : List.of(0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0)) {
        var worker = new Worker(fixture);
        var before = batch(fixture);
        fixture.pass(clocks, Duration.ofMillis((long) (seconds * 800) - 1));
        assertEquals(0, fixture.queue().stats().leased(), "too soon after " + seconds + " s");
        assertEquals(before, batch(fixture), "a write within " + seconds + " s");
        fixture.pass(clocks, Duration.ofMillis((long) (seconds * 400) + 1));
        var lease = worker.lease();
        assertEquals(1, lease.attempt());
        fixture.queue().settle(lease, DOWN).orThrow();
      }
    }
  }

  /** Q28 A link-up notice probes at once, once. */
  @Test
  void aLinkUpNoticeProbesAtOnce() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      for (var i = 0; i < 3; i++) fixture.enqueue("t" + i);
      trip(fixture);
      var first = new Worker(fixture);
      var before = batch(fixture);
      fixture.queue().linkUp(OTHER.key()); // somebody else's
      assertEquals(before, batch(fixture));
      assertFalse(first.isServed());
      fixture.queue().linkUp(LANE.key());
      var probe = first.lease();
      assertEquals(1, fixture.queue().stats().leased());
      // a probe that fails shuts it again, whatever was said before
      fixture.queue().settle(probe, DOWN).orThrow();
      var second = new Worker(fixture);
      fixture.pass(clocks, Duration.ofMillis(790));
      assertEquals(0, fixture.queue().stats().leased());
      // and a notice while nobody waits is kept for whoever comes
      second.stop();
      before = batch(fixture);
      fixture.queue().linkUp(LANE.key());
      assertEquals(before, batch(fixture));
      var third = new Worker(fixture);
      fixture.queue().settle(third.lease(), Ack.plain()).orThrow();
      assertEquals(2, fixture.queue().lease(9, PATIENCE).orThrow().size());
    }
  }

  /** Q28 Others are served meanwhile; what was enqueued meanwhile waits with the rest. */
  @Test
  void anOpenBreakerIsNobodyElsesBusiness() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      fixture.enqueue("a");
      trip(fixture);
      fixture.enqueue("b");
      fixture.enqueue(OTHER, "c");
      assertEquals("c", fixture.lease().value().utf8());
      assertEquals(List.of(), fixture.leaseNow(9));
      assertTrue(fixture.queue().leaseLane(LANE, 9, Duration.ZERO).orThrow().isEmpty());
    }
  }

  /** Q18, Q28 A run that does not get through goes back as it was, and is probed by its head. */
  @Test
  void aRunIsProbedByItsHead() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      for (var i = 0; i < 3; i++) {
        var run = fixture.queue().leaseLane(LANE, 9, PATIENCE).orThrow();
        assertEquals(List.of("a", "b", "c"), QueueFixture.bodies(run));
        fixture.queue().settle(run.getFirst(), DOWN).orThrow();
      }
      fixture.queue().linkUp(LANE.key());
      var probe = fixture.queue().leaseLane(LANE, 9, PATIENCE).orThrow();
      assertEquals(List.of("a"), QueueFixture.bodies(probe));
      fixture.queue().settle(probe.getFirst(), Ack.plain()).orThrow();
      var rest = fixture.queue().leaseLane(LANE, 9, PATIENCE).orThrow();
      assertEquals(List.of("b", "c"), QueueFixture.bodies(rest));
      assertEquals(List.of(1, 1), rest.stream().map(Lease::attempt).toList());
    }
  }

  /** Failures of what was leased before it opened do not lengthen the pause. */
  @Test
  void stragglersSayNothingNew() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      for (var i = 0; i < 9; i++) fixture.enqueue("t" + i);
      for (var lease : fixture.queue().lease(9, PATIENCE).orThrow()) {
        fixture.queue().settle(lease, DOWN).orThrow();
      }
      var worker = new Worker(fixture);
      fixture.pass(clocks, Duration.ofMillis(610));
      worker.lease();
    }
  }

  /** Only failures in a row count, and a task's own failure is proof that its peer was there. */
  @Test
  void anyOtherWordCloses() throws Exception {
    var eager = QueueOptions.of("q").relaxed().maxAttempts(100);
    try (var fixture = QueueFixture.open(directory, eager, clocks)) {
      for (var i = 0; i < 20; i++) fixture.enqueue("t" + i);
      for (var i = 0; i < 20; i++) {
        var said = i % 3 == 2 ? new Retry(WHY, Duration.ofHours(1)) : DOWN;
        fixture.queue().settle(fixture.lease(), said).orThrow();
      }
    }
  }

  /** A probe that is given back, or whose lease expires, found out nothing: the next one tries. */
  @Test
  void aProbeThatTriedNothingIsFollowedByAnother() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      trip(fixture);
      fixture.queue().linkUp(LANE.key());
      var waits = new Worker(fixture);
      var also = new Worker(fixture);
      await().until(() -> waits.isServed() || also.isServed());
      var probe = waits.isServed() ? waits : also;
      fixture.queue().settle(probe.lease(), new Release()).orThrow();
      var next = probe == waits ? also : waits;
      next.lease();
      // when that one is silent
      fixture.pass(clocks, Duration.ofSeconds(31));
      // then another
      assertEquals(1, fixture.queue().lease(9, PATIENCE).orThrow().size());
    }
  }

  /** A transaction that is rolled back has told the breaker nothing. */
  @Test
  void whatIsRolledBackWasNotSaid() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks)) {
      for (var i = 0; i < 4; i++) fixture.enqueue("t" + i);
      for (var i = 0; i < 2; i++) fixture.queue().settle(fixture.lease(), DOWN).orThrow();
      var two = fixture.queue().lease(2, PATIENCE).orThrow();
      var fails =
          new Ack(
              tx -> {
                throw new IllegalStateException("no");
              });
      var many =
          List.of(new Settlement<>(two.getFirst(), DOWN), new Settlement<>(two.getLast(), fails));
      assertFalse(fixture.queue().settleAll(many).isOk());
      assertEquals(2, fixture.queue().lease(9, PATIENCE).orThrow().size());
    }
  }

  /** The pump's handler says it like any worker. */
  @Test
  void aPumpLeavesAnUnreachablePeerAlone() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks);
        var pump =
            TaskQueuePump.start(
                fixture.queue(),
                PumpOptions.concurrency(2),
                lease -> lease.lane().equals(LANE) ? DOWN : Ack.plain())) {
      fixture.enqueue("a");
      await().until(() -> pump.tally().requeued() == 3);
      var before = batch(fixture);
      fixture.pass(clocks, Duration.ofMillis(390));
      assertEquals(before, batch(fixture));
      fixture.enqueue(OTHER, "b");
      await().until(() -> pump.tally().done() == 1);
      assertEquals(3, pump.tally().requeued());
    }
  }

  private static void trip(QueueFixture fixture) throws InterruptedException {
    for (var i = 0; i < 3; i++) {
      var lease = fixture.queue().leaseLane(LANE, 1, PATIENCE).orThrow().getFirst();
      fixture.queue().settle(lease, DOWN).orThrow();
    }
  }

  private static long batch(QueueFixture fixture) throws InterruptedException {
    return fixture.number("SELECT batch FROM progress");
  }

  /** A thread that waits for one task of any lane; made, it waits. */
  private static final class Worker {
    private final FutureTask<List<Lease<Bytes>>> got;
    private final Thread thread;

    Worker(QueueFixture fixture) {
      got = new FutureTask<>(() -> fixture.queue().lease(1, Duration.ofDays(1)).orThrow());
      thread = Thread.ofVirtual().start(got);
      await().until(() -> got.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
    }

    boolean isServed() {
      return got.isDone();
    }

    Lease<Bytes> lease() throws InterruptedException, ExecutionException {
      await().until(this::isServed);
      return got.get().getFirst();
    }

    void stop() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
