package dev.meshkit.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The one lock of a set of ports, and where their reader waits. */
final class Gate {
  private static final Duration LONG = Duration.ofDays(365);

  private final InstantSource monotonic;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean waiting; // guarded by lock

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

  /** A place for writers to wait for room. */
  Condition room() {
    return lock.newCondition();
  }

  Instant now() {
    return monotonic.instant();
  }

  /** Wakes the reader, if it waits. Holding the lock. */
  void signal() {
    if (waiting) changed.signalAll();
  }

  /** Waits until something changes or {@code due}. Holding the lock. */
  @SuppressWarnings("WaitNotInLoop") // callers look again
  void awaitUntil(Instant due) throws InterruptedException {
    waiting = true;
    try {
      var left = due.equals(Instant.MAX) ? LONG : Duration.between(now(), due);
      if (left.compareTo(LONG) >= 0) changed.await();
      else if (left.isPositive()) changed.awaitNanos(left.toNanos());
    } finally {
      waiting = false;
    }
  }
}
