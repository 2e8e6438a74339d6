package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets callers into a memory queue one at a time, longest waiting first, has time do its part
 * before each, and has them wait for each other. Thread-safe.
 */
final class MemoryDoor {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final MemoryGround ground;
  private final MemoryTime time;
  private final Room room;
  private boolean closed; // guarded by lock

  MemoryDoor(MemoryGround ground, MemoryTime time, Room room) {
    this.ground = ground;
    this.time = time;
    this.room = room;
  }

  /**
   * Makes a change as a whole; an error, or application work that throws, undoes it. {@code
   * error.taskqueue.disposed} of a closed queue.
   */
  <R> Result<R> change(Function<MemoryTx, Result<R>> work) {
    enter();
    try {
      if (closed) return Result.err(error());
      pass();
      return changed(work);
    } finally {
      lock.unlock();
    }
  }

  /** Looks, for a caller of an open queue. */
  <R> Result<R> read(Supplier<Result<R>> look) {
    return look(() -> closed ? Result.err(error()) : look.get());
  }

  /** Looks at what is there. */
  <R> R look(Supplier<R> look) {
    lock.lock(); // within a transaction of its own too
    try {
      if (lock.getHoldCount() == 1) pass();
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes a change as soon as it comes to something: tries whenever anything has changed, or time
   * has done something; empty when {@code wait} is over or the queue is closed meanwhile.
   */
  <R> Optional<R> await(Duration wait, Function<MemoryTx, Optional<R>> attempt)
      throws InterruptedException {
    enter();
    try {
      for (var left = Horizon.of(wait).toNanos(); ; ) {
        pass();
        var got = changed(tx -> Result.ok(attempt.apply(tx))).orThrow();
        if (got.isPresent() || left <= 0 || closed) return got;
        var slice = Math.min(left, time.untilNext().toNanos());
        left -= slice - changed.awaitNanos(slice);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has time do its part, and those who wait look again. */
  void nudge() {
    look(
        () -> {
          changed.signalAll();
          return closed;
        });
  }

  /** Whether a transaction of this queue is what the caller is in. */
  boolean holds(MemoryTx tx) {
    return tx.isOf(this) && lock.isHeldByCurrentThread();
  }

  boolean isClosed() {
    return look(() -> closed);
  }

  /** Lets nobody wait any more, once this was done; nothing if it was closed before. */
  void close(Consumer<MemoryTx> last) {
    var _ =
        change(
            tx -> {
              last.accept(tx);
              closed = true;
              changed.signalAll();
              return Result.ok();
            });
  }

  /** What a closed queue says. */
  MeshError error() {
    return QueueErrors.closed(ground.options().name());
  }

  /**
   * Refuses to wait within a transaction of this queue: others could not come in meanwhile.
   *
   * @throws IllegalStateException if that is where the caller is
   */
  void mayWait() {
    if (lock.isHeldByCurrentThread())
      throw new IllegalStateException(
          "a queue is called within a transaction of its own; use enqueueIn");
  }

  private void enter() {
    mayWait();
    lock.lock();
  }

  private void pass() {
    changed(
            tx -> {
              time.pass(tx);
              return Result.ok();
            })
        .orThrow();
  }

  private <R> Result<R> changed(Function<MemoryTx, Result<R>> work) {
    var tx = new MemoryTx(this);
    var start = tx.mark();
    var made = false;
    try {
      var result = work.apply(tx);
      made = result.isOk();
      return result;
    } catch (MemorySettling.WorkFailed failed) {
      return Result.err(workFailed(failed));
    } finally {
      if (made) commit(tx);
      else tx.rollBackTo(start);
    }
  }

  /** A change that changes nothing wakes nobody: two that wait would wake each other for ever. */
  private void commit(MemoryTx tx) {
    if (tx.isEmpty()) return;
    tx.commit();
    room.published(ground.book().live(), ground.book().bytes());
    changed.signalAll();
  }

  private MeshError workFailed(MemorySettling.WorkFailed failed) {
    return new MeshError.Fault(
        "error.store.op",
        "changing queue " + ground.options().name(),
        "the work in its transaction threw " + failed.getCause(),
        "nothing happened; mend the work",
        Retry.SAFE,
        Map.of(),
        Optional.of(failed));
  }
}
