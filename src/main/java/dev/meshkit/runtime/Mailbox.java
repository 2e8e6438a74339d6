package dev.meshkit.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue between many writers and the one loop that owns what it reads.
 *
 * <p>Writers never block: a full mailbox refuses, and counts it. What that means is the writer's
 * business: a frame may be dropped, a command is answered "busy". Thread-safe; one reader.
 *
 * @param <T> the loop's input
 */
public final class Mailbox<T> {
  private final InstantSource monotonic;
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Alarm alarm;
  private final ArrayDeque<T> waiting = new ArrayDeque<>(); // guarded by lock
  private long refused; // guarded by lock
  private long taken; // guarded by lock

  /** A mailbox for at most {@code limit} waiting inputs, timed by {@code monotonic}. */
  public Mailbox(int limit, InstantSource monotonic) {
    if (limit < 1) throw new IllegalArgumentException("a mailbox holds at least 1, not " + limit);
    this.limit = limit;
    this.monotonic = monotonic;
    this.alarm = new Alarm(lock, filled, monotonic);
  }

  /** Adds an input; false, and counted, when the mailbox is full. Never blocks. */
  public boolean offer(T input) {
    lock.lock();
    try {
      if (waiting.size() >= limit) {
        refused++;
        return false;
      }
      waiting.add(input);
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest input, or {@code otherwise} once the monotonic clock has reached {@code due}. */
  public T take(Instant due, T otherwise) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var next = waiting.poll();
        if (next != null) {
          taken++;
          return next;
        }
        if (!monotonic.instant().isBefore(due)) return otherwise;
        alarm.await(due);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many timers the taking has started so far. */
  long timers() {
    lock.lock();
    try {
      return alarm.started();
    } finally {
      lock.unlock();
    }
  }

  /** How many inputs were taken so far. */
  public long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** How many inputs wait. */
  public int depth() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many inputs were refused so far. */
  public long refused() {
    lock.lock();
    try {
      return refused;
    } finally {
      lock.unlock();
    }
  }
}
