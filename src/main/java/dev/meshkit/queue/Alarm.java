package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.runtime.Mailbox;
import java.time.Instant;
import java.time.InstantSource;

/**
 * When time has something to do for a queue; the sweeper sleeps on it, and so does who watches for
 * {@link Pauses}. Thread-safe.
 */
final class Alarm {
  private final Mailbox<Unit> wake;
  private final Mailbox<Unit> look;
  private long dueMs = Long.MAX_VALUE; // guarded by this
  private long expiryMs = Long.MAX_VALUE; // guarded by this
  private volatile boolean watched;
  private volatile boolean looked;
  private volatile boolean watchesWall;

  Alarm(InstantSource monotonic) {
    this.wake = new Mailbox<>(1, monotonic); // a second wake-up says nothing new
    this.look = new Mailbox<>(1, monotonic);
  }

  /** A delayed task is due at this time of the queue clock. */
  void at(long whenMs) {
    synchronized (this) {
      if (whenMs >= dueMs) return;
      dueMs = whenMs;
    }
    wake.offer(Unit.UNIT);
  }

  /** The tables were read: this is the next one, whatever was said before. */
  synchronized void next(long whenMs) {
    dueMs = whenMs;
  }

  /** When the next delayed task is due, by the queue clock; {@code Long.MAX_VALUE} for never. */
  synchronized long dueMs() {
    return dueMs;
  }

  /** The time of a task is over then, by the queue clock, or not before. */
  void expiry(long whenMs) {
    synchronized (this) {
      if (whenMs >= expiryMs) return;
      expiryMs = whenMs;
    }
    wake.offer(Unit.UNIT);
  }

  /** The tasks are about to be looked at, each. */
  synchronized void noExpiry() {
    expiryMs = Long.MAX_VALUE;
  }

  /** No task's time is over before this, by the queue clock; {@code Long.MAX_VALUE} for never. */
  synchronized long expiryMs() {
    return expiryMs;
  }

  /** A task waits for a time of the wall clock, whose jumps must be watched from now on. */
  void byWall() {
    if (watchesWall) return;
    watchesWall = true;
    wake();
  }

  /** Whether a task may wait for a time of the wall clock. */
  boolean watchesWall() {
    return watchesWall;
  }

  /** Something is leased: deadlines must be watched, and the clock. */
  void leased() {
    if (!watched) wake.offer(Unit.UNIT);
    if (!looked) look.offer(Unit.UNIT);
  }

  /** There is something new to plan for. */
  void wake() {
    wake.offer(Unit.UNIT);
  }

  /** Whether the sweeper wakes in time for leases without being told of a first one. */
  void watches(boolean leases) {
    watched = leases;
  }

  /** Whether the clock is looked at without anybody being told of a first lease. */
  void looks(boolean leases) {
    looked = leases;
  }

  /** Sleeps until the clock is to be looked at, or something is leased. */
  void awaitLook(Instant until) throws InterruptedException {
    look.take(until, Unit.UNIT);
  }

  /** Sleeps until {@code until} by the monotonic clock, or until woken. */
  void sleep(Instant until) throws InterruptedException {
    wake.take(until, Unit.UNIT);
  }
}
