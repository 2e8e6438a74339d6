package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler that heeds no interrupt, but counts them, until the test ends it. */
final class Heedless {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger interrupts = new AtomicInteger();

  Disposition handle() {
    while (true) {
      try {
        awaitEnd();
        return Disposition.Ack.plain();
      } catch (InterruptedException _) {
        interrupts.incrementAndGet();
      }
    }
  }

  /** Waits as long, for a handler that does heed. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }

  int interrupts() {
    return interrupts.get();
  }

  void end() {
    end.countDown();
  }
}
