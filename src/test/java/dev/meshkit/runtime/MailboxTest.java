package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A mailbox is bounded, in order, and never makes a writer wait. */
class MailboxTest {
  private volatile Instant now = Instant.EPOCH;
  private final Mailbox<String> mailbox = new Mailbox<>(2, () -> now);
  private final ArrayBlockingQueue<String> got = new ArrayBlockingQueue<>(1);

  @Test
  void aFullMailboxRefusesAndCounts() throws InterruptedException {
    assertTrue(mailbox.offer("a"));
    assertTrue(mailbox.offer("b"));
    assertFalse(mailbox.offer("c"));
    assertEquals(1, mailbox.refused());
    assertEquals("a", mailbox.take(Instant.MAX, "none"));
    assertEquals("b", mailbox.take(Instant.MAX, "none"));
    assertEquals(2, mailbox.taken());
    assertEquals(0, mailbox.depth());
  }

  @Test
  void whatIsDueComesWhenNothingWaits() throws InterruptedException {
    assertEquals("tick", mailbox.take(Instant.EPOCH, "tick"));
    mailbox.offer("a");
    assertEquals("a", mailbox.take(Instant.EPOCH, "tick"));
  }

  @Test
  void aWriterWakesTheReader() throws InterruptedException {
    waiting(Mailbox.Batch.none());
    mailbox.offer("a");
    assertEquals("a", got.take());
  }

  /** Of a batch the last wakes the reader, who finds the others first. */
  @Test
  void theLastOfABatchWakesTheReader() throws InterruptedException {
    var reader = waiting(new Mailbox.Batch<>(2, "ack"::equals));
    mailbox.offer("ack");
    assertAsleep(reader);
    mailbox.offer("ack");
    assertEquals("ack", got.take());
    assertEquals(1, mailbox.depth());
  }

  /** Any other input wakes the reader of a batch, and so does a batch of one. */
  @Test
  void whatIsNotOfTheBatchWakesTheReader() throws InterruptedException {
    var reader = waiting(new Mailbox.Batch<>(3, "ack"::equals));
    mailbox.offer("ack");
    assertAsleep(reader);
    mailbox.offer("other");
    assertEquals("ack", got.take(), "the oldest first");
    assertEquals("other", mailbox.take(Instant.MAX, "none"));
    waiting(new Mailbox.Batch<>(1, "ack"::equals));
    mailbox.offer("ack");
    assertEquals("ack", got.take());
  }

  /** What of a batch is there when its time comes is taken before the tick. */
  @Test
  void aBatchThatLacksOneIsTakenWhenItIsDue() throws InterruptedException {
    var due = Instant.EPOCH.plusMillis(1);
    waiting(new Mailbox.Batch<>(2, "ack"::equals), due);
    mailbox.offer("ack");
    now = due;
    assertEquals("ack", got.take());
    assertEquals("tick", mailbox.take(due, "tick"));
  }

  private Thread waiting(Mailbox.Batch<String> batch) {
    return waiting(batch, Instant.MAX);
  }

  private Thread waiting(Mailbox.Batch<String> batch, Instant due) {
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    got.add(mailbox.take(due, "none", batch));
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    Awaitility.await().until(() -> reader.getState() == Thread.State.WAITING);
    return reader;
  }

  /** Who was woken is on its way, and has soon ended. */
  private static void assertAsleep(Thread reader) {
    Awaitility.await()
        .during(Duration.ofMillis(50))
        .until(() -> reader.getState() == Thread.State.WAITING);
  }

  @Test
  void whatIsDueWakesTheReader() throws InterruptedException {
    var clock = Clocks.system().monotonic();
    var timed = new Mailbox<String>(2, clock);
    var soon = clock.instant().plusMillis(20);
    assertEquals("tick", timed.take(soon, "tick"));
    assertFalse(clock.instant().isBefore(soon));
    assertEquals("tick", timed.take(soon.plusMillis(20), "tick"));
    assertTrue(timed.timers() <= 2, () -> timed.timers() + " timers");
  }

  /**
   * A timer that runs is left alone while what is due moves later, and moves earlier by another.
   */
  @Test
  void aTimerIsNotSetAnewForEveryInput() throws Exception {
    var clock = Clocks.system().monotonic();
    var timed = new Mailbox<Integer>(2, clock);
    var taken = new ArrayBlockingQueue<Integer>(1);
    var start = clock.instant();
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (var n = 0; n < 1_000; n++)
                      taken.put(timed.take(start.plusSeconds(30 + n), -1));
                    taken.put(timed.take(start.plusMillis(1), -1)); // earlier than the timer
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    for (var n = 0; n < 1_000; n++) {
      timed.offer(n);
      assertEquals(n, taken.take());
    }
    assertEquals(-1, taken.take());
    reader.join();
    assertTrue(timed.timers() <= 2, () -> timed.timers() + " timers");
  }

  /**
   * Whom a timer woke, and who soon knows for how long it waits next, finds its timer set: nobody
   * is woken for that, nor by a timer for what it waited for at first.
   */
  @Test
  void whoWaitsAgainFindsItsTimerSet() {
    var clock = Clocks.system().monotonic();
    var timed = new Mailbox<String>(2, clock);
    Awaitility.await()
        .until(
            () -> {
              assertEquals("tick", timed.take(clock.instant().plusMillis(20), "tick"));
              var before = timed.timers();
              timed.offer("answer");
              assertEquals("answer", timed.take(clock.instant().plusMillis(10), "tick"));
              var due = clock.instant().plusMillis(40);
              assertEquals("tick", timed.take(due, "tick"));
              assertFalse(clock.instant().isBefore(due), "too early");
              return timed.timers() == before; // not so when this thread was kept from running
            });
  }

  @Test
  void aMailboxHoldsAtLeastOne() {
    assertThrows(IllegalArgumentException.class, () -> new Mailbox<>(0, () -> Instant.EPOCH));
  }
}
