package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent on one stream: at most 256 frames and 1 MiB. A frame replaces a waiting one
 * of the same key, in its place; at the bound the oldest is dropped. Thread-safe.
 *
 * <p>One at a time takes: the writer, which may block in the stream, or, while that keeps up and
 * the writer has nothing to do, whoever offered a frame ({@link #grab}), which spares waking the
 * writer for each. The writer has it first, when the stream does not keep up, and at the end.
 */
final class Outgoing {
  /** The most frames that wait. */
  static final int MAX_FRAMES = 256;

  /** The most bytes that wait. */
  static final int MAX_BYTES = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LinkedHashMap<Key, Bytes> waiting = new LinkedHashMap<>(); // guarded by lock
  private long bytes; // guarded by lock
  private long unkeyed; // guarded by lock
  private boolean direct; // who offers may grab; guarded by lock
  private boolean grabbed; // somebody sends what it grabbed; guarded by lock
  private boolean closed; // guarded by lock
  private boolean gone; // what waited has moved, or was given up; guarded by lock

  /** What a frame is known by while it waits. */
  sealed interface Key {
    /** Of which only the latest counts; whatever its text is. */
    record Named(String text) implements Key {}

    /** Like no other. */
    record Numbered(long number) implements Key {}
  }

  /**
   * What became of an offer.
   *
   * @param taken false once closed
   * @param dropped older frames that had to go
   */
  record Offered(boolean taken, int dropped) {}

  /**
   * A frame that waited.
   *
   * @param key that it has
   * @param frame as it was offered
   */
  record Kept(Key key, Bytes frame) {}

  /** Adds a frame; an empty key is like no other. Never blocks. */
  Offered offer(String key, Bytes frame) {
    lock.lock();
    try {
      if (closed) return new Offered(false, 0);
      var name = key.isEmpty() ? new Key.Numbered(unkeyed++) : new Key.Named(key);
      var replaced = waiting.put(name, frame);
      bytes += frame.size() - (replaced == null ? 0 : replaced.size());
      var dropped = trim();
      if (!direct) changed.signal();
      return new Offered(true, dropped);
    } finally {
      lock.unlock();
    }
  }

  private int trim() { // lock held
    var dropped = 0;
    while (waiting.size() > MAX_FRAMES || (bytes > MAX_BYTES && waiting.size() > 1)) {
      bytes -= waiting.pollFirstEntry().getValue().size();
      dropped++;
    }
    return dropped;
  }

  /** Blocks until the writer has the turn and a frame waits; false once closed and drained. */
  boolean awaitTurn() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (grabbed || (!closed && (direct || waiting.isEmpty()))) {
        if (waiting.isEmpty()) direct = true;
        changed.await();
      }
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** The oldest frame, for the writer in its turn; empty if all has moved. Never blocks. */
  Optional<Kept> next() {
    lock.lock();
    try {
      return first();
    } finally {
      lock.unlock();
    }
  }

  /** The oldest frame, for one who offered, to be {@link #release released}. Never blocks. */
  Optional<Kept> grab() {
    lock.lock();
    try {
      if (!direct || grabbed || closed || waiting.isEmpty()) return Optional.empty();
      grabbed = true;
      return first();
    } finally {
      lock.unlock();
    }
  }

  /** What was grabbed is sent. */
  void release() {
    lock.lock();
    try {
      grabbed = false;
      if (!direct || closed) changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The stream does not keep up, or is over: what waits is the writer's. */
  void stall() {
    lock.lock();
    try {
      if (grabbed || waiting.isEmpty()) return; // who grabbed will see for itself
      direct = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Kept> first() { // lock held
    var first = waiting.pollFirstEntry();
    if (first == null) return Optional.empty();
    bytes -= first.getValue().size();
    return Optional.of(new Kept(first.getKey(), first.getValue()));
  }

  /**
   * Has a frame that could not be sent wait again, before all others, also if it takes no new ones.
   * Not taken once what waited has gone.
   */
  Offered takeBack(Kept frame) {
    var one = new LinkedHashMap<Key, Bytes>();
    one.put(frame.key(), frame.frame());
    lock.lock();
    try {
      return gone ? new Offered(false, 0) : new Offered(true, precede(one));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more, and moves what waits to {@code other}, before all that waits there: that was
   * offered later, and of one key it is what counts. How many frames found no room. Idempotent.
   */
  int moveTo(Outgoing other) {
    lock.lock();
    try {
      var dropped = other.precede(waiting);
      empty();
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, and forgets what waits: how many frames. Idempotent. */
  int discard() {
    lock.lock();
    try {
      var left = waiting.size();
      empty();
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void empty() { // lock held
    closed = true;
    gone = true;
    waiting.clear();
    bytes = 0;
    changed.signalAll();
  }

  private int precede(SequencedMap<Key, Bytes> earlier) {
    lock.lock();
    try {
      if (gone) return earlier.size();
      for (var one : earlier.reversed().entrySet()) {
        var key = one.getKey() instanceof Key.Named named ? named : new Key.Numbered(unkeyed++);
        if (waiting.containsKey(key)) continue;
        waiting.putFirst(key, one.getValue());
        bytes += one.getValue().size();
      }
      direct = false; // nobody who offers comes by for these
      changed.signalAll();
      return trim();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it takes no more, and nothing waits. */
  boolean isOver() {
    lock.lock();
    try {
      return closed && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes wait. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
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
