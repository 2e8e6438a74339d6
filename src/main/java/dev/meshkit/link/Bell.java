package dev.meshkit.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where whoever looks after something waits until it is time: rung when it should look at once, and
 * silent for good when there is nothing to look after any more. Thread-safe; one waits for rings.
 */
final class Bell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean rung; // guarded by lock
  private boolean over; // guarded by lock

  /** Look at once. */
  void ring() {
    lock.lock();
    try {
      rung = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** There is nothing to look after any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until it is rung, or so long; false once there is nothing to look after. */
  boolean await(Duration most) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = TimeUnit.NANOSECONDS.convert(most);
      while (!rung && !over && nanos > 0) nanos = changed.awaitNanos(nanos);
      rung = false;
      return !over;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks so long, rung or not; false as soon as there is nothing to look after. */
  boolean awaitWhole(Duration time) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = TimeUnit.NANOSECONDS.convert(time);
      while (!over && nanos > 0) nanos = changed.awaitNanos(nanos);
      return !over;
    } finally {
      lock.unlock();
    }
  }
}
