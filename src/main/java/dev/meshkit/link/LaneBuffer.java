package dev.meshkit.link;

import dev.meshkit.wire.Upward;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What came of one lane and waits for its handler: a sender's whole run if its messages are small,
 * else so many bytes of it. Beyond that the stream is not read, for any lane. Thread-safe.
 */
final class LaneBuffer {
  private static final int MOST_BYTES = 2 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Upward> waiting = new ArrayDeque<>(); // guarded by lock
  private long bytes; // guarded by lock
  private boolean closed; // guarded by lock

  /** Adds one; blocks while it is full. After {@link #close} it is dropped. */
  void put(Upward frame) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && isFull()) changed.await();
      if (closed) return;
      waiting.add(frame);
      bytes += size(frame);
      if (waiting.size() == 1) changed.signalAll(); // whoever takes may wait
    } finally {
      lock.unlock();
    }
  }

  /** The next; blocks for it. Empty once closed. */
  Optional<Upward> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && waiting.isEmpty()) changed.await();
      if (closed) return Optional.empty();
      var wasFull = isFull();
      var next = waiting.remove();
      bytes -= size(next);
      if (wasFull) changed.signalAll(); // whoever puts may wait
      return Optional.of(next);
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return waiting.size() >= Outbound.WINDOW || bytes >= MOST_BYTES;
  }

  /** What waits is dropped: its sender has no answer, and sends it again. */
  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static long size(Upward frame) {
    return frame instanceof Upward.Parcel parcel ? parcel.body().size() : 0;
  }
}
