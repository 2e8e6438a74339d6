package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A worker that waits for tasks.
 *
 * <pre>
 * WAITING ─ take (its leases are being committed) ─► TAKEN ─ grant ─► GRANTED
 *    │  ◄──────── put back (nothing there, or rolled back) ──┘
 *    └ wait over, or interrupted ─► GONE         interrupted while TAKEN ─► GONE: the grant is given back
 *
 * dismissed: from WAITING, or when put back ─► GONE        failed: from WAITING or TAKEN ─► GONE
 * </pre>
 *
 * <p>Thread-safe: one worker, and the writer thread.
 *
 * @param <T> what tasks carry
 */
final class Waiter<T> {
  private enum State {
    WAITING,
    TAKEN,
    GRANTED,
    GONE
  }

  private final Optional<Lane> lane;
  private final int max;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.WAITING; // guarded by lock
  private List<Lease<T>> granted = List.of(); // guarded by lock
  private Optional<MeshError> failure = Optional.empty(); // guarded by lock
  private boolean dismissed; // guarded by lock

  private Waiter(Optional<Lane> lane, int max) {
    this.lane = lane;
    this.max = max;
  }

  /** A worker for any lane. */
  static <T> Waiter<T> any(int max) {
    return new Waiter<>(Optional.empty(), max);
  }

  /** A worker for one lane. */
  static <T> Waiter<T> of(Lane lane, int max) {
    return new Waiter<>(Optional.of(lane), max);
  }

  Optional<Lane> lane() {
    return lane;
  }

  int max() {
    return max;
  }

  /** The writer is about to serve it; false if it has gone. */
  boolean take() {
    lock.lock();
    try {
      if (state != State.WAITING) return false;
      state = State.TAKEN;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing came of it; false if it has gone meanwhile. */
  boolean putBack() {
    lock.lock();
    try {
      if (state != State.TAKEN) return false;
      state = dismissed ? State.GONE : State.WAITING;
      changed.signal();
      return !dismissed;
    } finally {
      lock.unlock();
    }
  }

  /** These leases are durable and the worker's; false if it has gone: they must be given back. */
  boolean grant(List<Lease<T>> leases) {
    lock.lock();
    try {
      if (state == State.GONE) return false;
      granted = leases;
      state = State.GRANTED;
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Sends the worker home with nothing, unless it is about to be served. */
  void dismiss() {
    lock.lock();
    try {
      dismissed = true;
      if (state == State.WAITING) state = State.GONE;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends the worker home with the reason: it will never be served, or it cannot be known. */
  void fail(MeshError why) {
    lock.lock();
    try {
      if (state != State.WAITING && state != State.TAKEN) return;
      state = State.GONE;
      failure = Optional.of(why);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until granted, dismissed, failed, or {@code wait} is over; a grant under way is awaited
   * beyond that. When interrupted, a grant that came first is still returned, to be given back.
   */
  Result<List<Lease<T>>> await(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var leftNanos = wait.toNanos();
      while (state == State.TAKEN || (state == State.WAITING && leftNanos > 0)) {
        if (state == State.TAKEN) {
          changed.await();
        } else {
          leftNanos = changed.awaitNanos(leftNanos);
        }
      }
      if (state != State.GRANTED) state = State.GONE;
      return failure.<Result<List<Lease<T>>>>map(Result::err).orElseGet(() -> Result.ok(granted));
    } finally {
      lock.unlock();
    }
  }

  /** The worker was interrupted: what it had been granted, to be given back. */
  List<Lease<T>> abandon() {
    lock.lock();
    try {
      if (state == State.GRANTED) return granted;
      state = State.GONE;
      return List.of();
    } finally {
      lock.unlock();
    }
  }
}
