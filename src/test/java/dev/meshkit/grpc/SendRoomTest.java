package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** T15: a call that was not ready hears when it is. */
class SendRoomTest {
  private static final int FULL = 32 << 10;

  private final SendRoom room = new SendRoom();

  @Test
  void aFullRoomSaysOnceThatItIsReadyAgain() {
    room.fill(FULL - 1);
    assertTrue(room.isReady());
    assertFalse(room.drain(1), "it was never full");
    room.fill(3);
    assertFalse(room.isReady());
    assertFalse(room.drain(1), "still full");
    assertFalse(room.isReady());
    assertTrue(room.drain(2));
    assertTrue(room.isReady());
    assertFalse(room.drain(FULL - 1), "said before");
    room.fill(5L << 40);
    assertFalse(room.isReady());
    assertTrue(room.drain(5L << 40));
  }

  /**
   * A sender goes on at every word, as one that waits for it does, while another thread takes what
   * was sent. If the word is lost once, everything is taken, and the sender waits for ever.
   */
  @Test
  @DisplayName("T15 a sender is told, however its filling and the taking fall together")
  void noWordIsLost() throws InterruptedException {
    var sent = new AtomicLong();
    var words = new Semaphore(0);
    var taker =
        Thread.startVirtualThread(
            () -> {
              var taken = 0L;
              while (!Thread.currentThread().isInterrupted()) {
                var more = Math.min(FULL / 3, sent.get() - taken);
                if (more == 0) Thread.onSpinWait();
                else if (room.drain(more)) words.release();
                taken += more;
              }
            });
    try {
      for (var i = 0; i < 3_000_000; i++) {
        while (!room.isReady()) {
          assertTrue(words.tryAcquire(20, TimeUnit.SECONDS), "no word at " + i);
        }
        room.fill(FULL / 2);
        sent.addAndGet(FULL / 2);
      }
    } finally {
      taker.interrupt();
      taker.join();
    }
  }
}
