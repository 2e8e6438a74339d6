package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import dev.meshkit.store.Reading;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import dev.meshkit.store.Uninterrupted;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Whether a queue is open, and its way into the store while it is.
 *
 * <pre>
 * OPEN ─ closing: no caller begins anything ─► CLOSING ─ its leases are given back ─► OVER
 * </pre>
 *
 * <p>The second step is one of the writer's operations. What reaches the writer behind it changes
 * nothing, however long ago its caller looked: by then the lanes may be another queue's.
 * Thread-safe, except what says that it is the writer thread's.
 */
final class QueueLife {
  private final String queue;
  private final Store store;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean over; // the writer thread's

  QueueLife(String queue, Store store) {
    this.queue = queue;
    this.store = store;
  }

  /** Begins to close; false if that has begun. */
  boolean close() {
    return closing.compareAndSet(false, true);
  }

  /** Whether it is closed for callers. */
  boolean isClosing() {
    return closing.get();
  }

  /** All it held was given back, or cannot be. */
  void closed() {
    closed.countDown();
  }

  /** Whether that is so. */
  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Blocks until whoever closes it has done so. */
  void awaitClosed() {
    Uninterrupted.run(closed::await);
  }

  /** Whether nothing may be changed any more. The writer thread's. */
  boolean isOver() {
    return over;
  }

  /** From here on nothing may be changed, if this transaction commits. */
  void end(StoreTx tx) {
    var before = over;
    over = true;
    tx.onRollback(() -> over = before);
  }

  /** Changes something in a commit of the store, and blocks for it. */
  <T> Result<T> write(Op<T> op) throws InterruptedException {
    Function<StoreTx, Result<T>> work =
        tx -> over ? Result.err(error()) : Result.ok(op.work().apply(tx));
    return told(store.submit(new Op<>(op.name(), op.kind(), op.sizeBytes(), work)).flatMap(r -> r));
  }

  /** Looks, for a caller of an open queue. */
  <T> Result<T> read(Function<Reading, T> look) throws InterruptedException {
    return isClosing() ? Result.err(error()) : told(store.read(look));
  }

  /** A caller's wait has come to nothing: because of an end, or its time is over. */
  MeshError inVain(Duration wait, String what) {
    if (isClosing()) return error();
    return store.end().orElseGet(() -> new MeshError.TimedOut(wait, what));
  }

  /** What a closed queue says. */
  MeshError error() {
    return QueueErrors.closed(queue);
  }

  /** A file that was closed with its queue says no more than the queue. */
  private <T> Result<T> told(Result<T> answer) {
    return isClosing() && answer instanceof Result.Err<T>(var error) && isClosed(error)
        ? Result.err(error())
        : answer;
  }

  private static boolean isClosed(MeshError error) {
    return error.code().equals("error.store.closed");
  }
}
