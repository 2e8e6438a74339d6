package dev.meshkit.grpc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of many producers and one consumer, in an array: an offer costs one
 * compare-and-set and no allocation, and neither side ever blocks.
 */
final class CommandQueue {
  private final AtomicReferenceArray<@Nullable Runnable> slots;
  private final AtomicLong tail = new AtomicLong(); // the next slot to fill
  private volatile long head; // the next slot to take; the consumer's
  private final int mask;

  /** A queue of so many slots, a power of two. */
  CommandQueue(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("a power of two, not " + capacity);
    }
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  /** Appends; false if the queue is full. Any thread. */
  boolean offer(Runnable command) {
    while (true) {
      var at = tail.get();
      if (at - head > mask) return false;
      if (tail.compareAndSet(at, at + 1)) {
        slots.set((int) at & mask, command); // before its producer looks who is awake
        return true;
      }
    }
  }

  /**
   * Takes the oldest; absent if there is none, or if its producer is still writing it: that
   * producer looks afterwards whether somebody has to be woken. Consumer only.
   */
  @Nullable Runnable poll() {
    var at = head;
    var slot = (int) at & mask;
    var command = slots.getAcquire(slot);
    if (command == null) return null;
    slots.setRelease(slot, null);
    head = at + 1;
    return command;
  }

  /** Whether nothing is there to be taken. Consumer only. */
  boolean isEmpty() {
    return slots.get((int) head & mask) == null;
  }
}
