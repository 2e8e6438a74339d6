package dev.meshkit.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

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
  private Batch<T> batch = Batch.none(); // guarded by lock; what is still missing of it
  private long refused; // guarded by lock
  private long taken; // guarded by lock

  /**
   * Inputs of which the reader wants all or none: it is woken for the last of them, for any other
   * input, and by its time.
   *
   * @param <T> the loop's input
   * @param size how many there are; where it is at most 1 nobody waits for more
   * @param holds whether an input is one of them; asked under the mailbox's lock by who brings it
   */
  public record Batch<T>(int size, Predicate<? super T> holds) {
    /** Nothing of which there is more than one. */
    public static <T> Batch<T> none() {
      return new Batch<>(0, _ -> false);
    }

    private boolean lacksMoreThan(T input) {
      return size > 1 && holds.test(input);
    }
  }

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
      if (batch.lacksMoreThan(input)) batch = new Batch<>(batch.size() - 1, batch.holds());
      else filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest input, or {@code otherwise} once the monotonic clock has reached {@code due}. */
  public T take(Instant due, T otherwise) throws InterruptedException {
    return take(due, otherwise, Batch.none());
  }

  /** The same, except that those of {@code together} wake nobody before the last of them. */
  public T take(Instant due, T otherwise, Batch<T> together) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var next = waiting.poll();
        if (next != null) {
          taken++;
          return next;
        }
        if (!monotonic.instant().isBefore(due)) return otherwise;
        batch = together;
        alarm.await(due);
      }
    } finally {
      batch = Batch.none();
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
