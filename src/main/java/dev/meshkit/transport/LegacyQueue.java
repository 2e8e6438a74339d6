package dev.meshkit.transport;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written on a legacy connection, the urgent first. Bounded by those who offer:
 * streams look at {@link #hasRoom}, requests are counted, and more than 1,024 frames about the
 * connection itself mean that the peer does not read. Thread-safe; one taker.
 */
final class LegacyQueue {
  /** In the order in which they go. */
  enum Rank {
    CONTROL,
    ELECT,
    STREAM,
    CALL,
    DELIVER
  }

  private static final int MAX_CONTROL = 1_024;
  private static final int ROOM_FRAMES = 32;
  private static final int ROOM_BYTES = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Rank, Waiting> ranks = new EnumMap<>(Rank.class); // what it holds: by lock
  private boolean closed; // guarded by lock

  /**
   * What is to be written next.
   *
   * @param frame the most urgent
   * @param rank of it
   * @param roomAgain whether its rank had no room, and has now: all that wait for it may go on
   */
  record Next(LegacyFrame frame, Rank rank, boolean roomAgain) {}

  /** The frames of one rank; guarded by the queue's lock. */
  private static final class Waiting {
    final ArrayDeque<LegacyFrame> frames = new ArrayDeque<>();
    long bytes;

    boolean hasRoom() {
      return frames.size() < ROOM_FRAMES && bytes < ROOM_BYTES;
    }
  }

  LegacyQueue() {
    for (var rank : Rank.values()) ranks.put(rank, new Waiting());
  }

  private Waiting of(Rank rank) {
    return Objects.requireNonNull(ranks.get(rank), "each has its own");
  }

  /** The rank of a family's frames. */
  static Rank of(Family family) {
    return switch (family) {
      case STREAM -> Rank.STREAM;
      case ELECT -> Rank.ELECT;
      case DELIVER -> Rank.DELIVER;
    };
  }

  /** Adds a frame; false once closed, or if the peer reads nothing any more. Never blocks. */
  boolean offer(Rank rank, LegacyFrame frame) {
    lock.lock();
    try {
      var waiting = of(rank);
      if (closed || (rank == Rank.CONTROL && waiting.frames.size() >= MAX_CONTROL)) return false;
      waiting.frames.add(frame);
      waiting.bytes += frame.body().size();
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a stream of this rank may add more without piling it up. */
  boolean hasRoom(Rank rank) {
    lock.lock();
    try {
      return of(rank).hasRoom();
    } finally {
      lock.unlock();
    }
  }

  /** The most urgent frame; blocks for it. Empty once closed and drained. */
  Optional<Next> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var next = poll();
        if (next.isPresent() || closed) return next;
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Next> poll() { // lock held
    for (var rank : Rank.values()) {
      var waiting = of(rank);
      if (!waiting.frames.isEmpty()) return Optional.of(next(rank, waiting));
    }
    return Optional.empty();
  }

  private static Next next(Rank rank, Waiting waiting) { // lock held
    var hadRoom = waiting.hasRoom();
    var frame = waiting.frames.remove();
    waiting.bytes -= frame.body().size();
    return new Next(frame, rank, !hadRoom && waiting.hasRoom());
  }

  /** Whether nothing waits: time to flush. */
  boolean isEmpty() {
    lock.lock();
    try {
      return ranks.values().stream().allMatch(waiting -> waiting.frames.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** Whether it takes no more. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
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
