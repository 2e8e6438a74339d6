package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent on one stream: at most 256 frames and 1 MiB. A frame replaces a waiting one
 * of the same key, in its place; at the bound the oldest is dropped. Thread-safe; one taker.
 */
final class Outgoing {
  /** The most frames that wait. */
  static final int MAX_FRAMES = 256;

  /** The most bytes that wait. */
  static final int MAX_BYTES = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LinkedHashMap<String, Bytes> waiting = new LinkedHashMap<>(); // guarded by lock
  private long bytes; // guarded by lock
  private long unkeyed; // guarded by lock
  private boolean closed; // guarded by lock

  /**
   * What became of an offer.
   *
   * @param taken false once closed
   * @param dropped older frames that had to go
   */
  record Offered(boolean taken, int dropped) {}

  /** Adds a frame; an empty key is like no other. Never blocks. */
  Offered offer(String key, Bytes frame) {
    lock.lock();
    try {
      if (closed) return new Offered(false, 0);
      var name = key.isEmpty() ? "#" + unkeyed++ : key;
      var replaced = waiting.put(name, frame);
      bytes += frame.size() - (replaced == null ? 0 : replaced.size());
      var dropped = 0;
      while (waiting.size() > MAX_FRAMES || (bytes > MAX_BYTES && waiting.size() > 1)) {
        bytes -= waiting.pollFirstEntry().getValue().size();
        dropped++;
      }
      changed.signal();
      return new Offered(true, dropped);
    } finally {
      lock.unlock();
    }
  }

  /** The oldest frame; blocks for it. Empty once closed and drained. */
  Optional<Bytes> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closed) changed.await();
      var first = waiting.pollFirstEntry();
      if (first == null) return Optional.empty();
      bytes -= first.getValue().size();
      return Optional.of(first.getValue());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more, and moves what waits to {@code other}; for one to which nobody has offered
   * anything yet. Idempotent.
   */
  void moveTo(Outgoing other) {
    lock.lock();
    try {
      closed = true;
      waiting.forEach((key, frame) -> other.offer(key.startsWith("#") ? "" : key, frame));
      waiting.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; what waits may still be taken. Idempotent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
