package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.queue.TaskQueuePump.Tally;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a pump ends: Q18, Q19, Q26. */
class PumpCloseTest {
  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q").relaxed();
  private final Heedless heedless = new Heedless();

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
              case "heedless" -> heedless.handle();
              case "heeds" -> asked();
              default -> answering();
            };
          };
      var impatient = PumpOptions.concurrency(3).withDrain(Duration.ZERO);
      var pump = TaskQueuePump.start(fixture.queue(), impatient, handler);
      all.await();
      assertEquals(new Tally(0, 1, 2), pump.stop());
      // it is there again, as if nothing had been, while its handler still runs
      assertEquals(1, heedless.interrupts());
      assertEquals(0, fixture.queue().stats().leased());
      var again = fixture.queue().lease(3, PATIENCE).orThrow();
      assertEquals(Set.of("heeds", "heedless"), Set.copyOf(QueueFixture.bodies(again)));
      assertEquals(List.of(1, 1), again.stream().map(Lease::attempt).toList());
      heedless.end();
    }
  }

  private Disposition asked() throws InterruptedException {
    heedless.awaitEnd();
    return Ack.plain();
  }

  private Disposition answering() {
    try {
      heedless.awaitEnd();
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

  /** A closed queue ends its pump, and interrupts what runs. */
  @Test
  void aClosedQueueEndsThePump() throws Exception {
    var interrupted = new CountDownLatch(1);
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("a");
      TaskHandler<Bytes> handler =
          lease -> {
            try {
              heedless.awaitEnd();
            } finally {
              interrupted.countDown();
            }
            return Ack.plain();
          };
      var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(1), handler);
      await().until(() -> fixture.queue().stats().leased() == 1);
      fixture.queue().close();
      pump.beat();
      await().until(() -> interrupted.getCount() == 0);
      assertEquals(new Tally(0, 0, 0), pump.stop());
    }
  }
}
