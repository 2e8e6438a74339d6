package dev.meshkit.queue;

import dev.meshkit.observe.QueuePressureEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who waits for a queue to drain: callers whose tasks do not fit, and callers that hold back while
 * the pressure is high. Thread-safe; the writer thread tells what was committed.
 *
 * <p>Pressure is a level, not an event: high from {@code highPercent} of a limit on, low again at
 * or below {@code lowPercent}. Each change is counted, so that no dip is too short to be seen.
 */
final class Room {
  private static final System.Logger LOG = System.getLogger(Room.class.getName());

  private final String queue;
  private final QueueOptions.Capacity limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long drained; // guarded by lock: commits after which less was there
  private long reliefs; // guarded by lock
  private int waiting; // guarded by lock
  private volatile boolean someoneWaits;
  private volatile boolean high;
  private volatile boolean closed;
  private long tasks; // the writer's
  private long bytes; // the writer's

  Room(String queue, QueueOptions.Capacity limits) {
    this.queue = queue;
    this.limits = limits;
  }

  /** So much is there, as of the last commit. Writer only. */
  void published(long liveTasks, long liveBytes) {
    var less = liveTasks < tasks || liveBytes < bytes;
    tasks = liveTasks;
    bytes = liveBytes;
    var percent = percent();
    var turned = high ? percent <= limits.lowPercent() : percent >= limits.highPercent();
    if (turned) turn();
    if (turned || (less && someoneWaits)) wake(less, turned && !high);
  }

  private double percent() {
    return Math.max(100.0 * tasks / limits.tasks(), 100.0 * bytes / limits.bytes());
  }

  /** Whether senders should wait. */
  boolean isHigh() {
    return high;
  }

  private void turn() {
    high = !high;
    QueuePressureEvent.emit(queue, high ? "HIGH" : "LOW", tasks);
    LOG.log(
        high ? Level.WARNING : Level.INFO,
        "the pressure is {0}: queue={1} tasks={2} bytes={3}",
        high ? "high" : "low again",
        queue,
        tasks,
        bytes);
  }

  private void wake(boolean less, boolean relieved) {
    lock.lock();
    try {
      if (less) drained++;
      if (relieved) reliefs++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is tried again whenever something has left.
   *
   * @param attempt it; interruption ends the wait
   * @param isFull whether there was no room
   * @param isOver whether there will be none any more
   * @param <R> what comes of it
   */
  record Wait<R>(Attempt<R> attempt, Predicate<R> isFull, BooleanSupplier isOver) {
    /** One try. */
    interface Attempt<R> {
      R now() throws InterruptedException;
    }
  }

  /** Tries until there was room, or no time is left, or it is over; what came of the last try. */
  <R> R retry(Wait<R> wait, Supplier<Duration> left) throws InterruptedException {
    while (true) {
      var mark = mark(); // first the mark, then the look: what leaves in between is seen
      try {
        var got = wait.attempt().now();
        if (!wait.isFull().test(got) || wait.isOver().getAsBoolean()) return got;
        if (!awaitLess(mark, left.get())) return got;
      } finally {
        unmark();
      }
    }
  }

  /** How many wait, or are about to. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** A mark, to be taken before one looks whether there is room. */
  private long mark() {
    lock.lock();
    try {
      waiting++;
      someoneWaits = true;
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** The one who took a mark waits no more. */
  private void unmark() {
    lock.lock();
    try {
      someoneWaits = --waiting > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until less is there than when the mark was taken; false if that takes too long. */
  private boolean awaitLess(long mark, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (var left = wait.toNanos(); drained == mark; ) {
        if (left <= 0) return false;
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will leave any more: whoever waits, or comes, is to look again at once. */
  void close() {
    closed = true;
    wake(true, true);
  }

  /** Blocks while the pressure is high; false if that takes too long. */
  boolean awaitRelief(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var seen = reliefs;
      for (var left = wait.toNanos(); high && reliefs == seen && !closed; ) {
        if (left <= 0) return false;
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
