package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A mailbox is bounded, in order, and never makes a writer wait. */
class MailboxTest {
  private final Mailbox<String> mailbox = new Mailbox<>(2, () -> Instant.EPOCH);

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
    var got = new ArrayBlockingQueue<String>(1);
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    got.add(mailbox.take(Instant.MAX, "none"));
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    Awaitility.await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
    mailbox.offer("a");
    assertEquals("a", got.take());
  }

  @Test
  void aMailboxHoldsAtLeastOne() {
    assertThrows(IllegalArgumentException.class, () -> new Mailbox<>(0, () -> Instant.EPOCH));
  }
}
