package dev.meshkit.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the one reader of a set of ports waits. While it has something to read it takes no lock
 * here, and writers none either.
 *
 * <p>No wake-up is lost: a reader that found nothing says that it wants to be woken and then looks
 * once more; a writer shows what it wrote and then looks whether somebody wants to be woken.
 */
final class Gate {
  private static final Duration LONG = Duration.ofDays(365);

  private final InstantSource monotonic;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean wanted; // written holding the lock

  Gate(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  void lock() {
    lock.lock();
  }

  void lockInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
  }

  void unlock() {
    lock.unlock();
  }

  Instant now() {
    return monotonic.instant();
  }

  /** Wakes the reader, if it waits; after what it is to see was written, and holding no inlet. */
  void signal() {
    if (!wanted) return;
    lock.lock();
    try {
      if (wanted) changed.signalAll();
      wanted = false; // once: those who come before it runs need not
    } finally {
      lock.unlock();
    }
  }

  /** From here on the reader is woken; it looks once more, then waits. Holding the lock. */
  void attend() {
    wanted = true;
  }

  /** Waits until something changes or {@code due}. Holding the lock, and attending. */
  @SuppressWarnings("WaitNotInLoop") // callers look again
  void awaitUntil(Instant due) throws InterruptedException {
    var left = due.equals(Instant.MAX) ? LONG : Duration.between(now(), due);
    if (left.compareTo(LONG) >= 0) changed.await();
    else if (left.isPositive()) changed.awaitNanos(left.toNanos());
  }
}
