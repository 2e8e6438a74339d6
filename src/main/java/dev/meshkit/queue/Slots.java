package dev.meshkit.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The places of a pump. Invariant: free + reserved + busy = its concurrency, and a lease is only
 * asked for with a reserved place. Thread-safe.
 *
 * @param <T> what tasks carry
 */
final class Slots<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Slot<T>> busy = new HashSet<>(); // guarded by lock
  private int free; // guarded by lock
  private int reserved; // guarded by lock

  Slots(int concurrency) {
    this.free = concurrency;
  }

  /** Reserves every place that is free; blocks until there is one. */
  int reserve() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (free == 0) changed.await();
      reserved = free;
      free = 0;
      return reserved;
    } finally {
      lock.unlock();
    }
  }

  /** A reserved place is taken. */
  void take(Slot<T> slot) {
    lock.lock();
    try {
      if (reserved == 0)
        throw new IllegalStateException("a lease without a place: " + slot.lease());
      reserved--;
      busy.add(slot);
    } finally {
      lock.unlock();
    }
  }

  /** What is reserved and not taken is free again. */
  void unreserve() {
    lock.lock();
    try {
      free += reserved;
      reserved = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The place is free again; once is enough. */
  void free(Slot<T> slot) {
    lock.lock();
    try {
      if (!busy.remove(slot)) return;
      free++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The leases that are neither settled nor lost. */
  List<Slot<T>> busy() {
    lock.lock();
    try {
      return new ArrayList<>(busy);
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until no place is busy; false when {@code wait} is over. */
  boolean awaitIdle(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var leftNanos = wait.toNanos();
      while (!busy.isEmpty() && leftNanos > 0) leftNanos = changed.awaitNanos(leftNanos);
      return busy.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
