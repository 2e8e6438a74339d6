package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The dead of one queue in memory: how many, how large, and who waits for the next one. The numbers
 * are owned by the writer thread; {@link #deaths}, {@link #await}, {@link #close} and {@link
 * #isEmpty} are for any.
 */
final class DeadBook {
  private static final String SUMS =
      "SELECT count(*), coalesce(sum(size), 0) FROM dead WHERE poison = ? AND qid = ?";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition died = lock.newCondition();
  private long deaths; // guarded by lock: committed since the start
  private boolean closed; // guarded by lock
  private long rows;
  private long bytes;
  private volatile long publishedRows;

  /** Reads the sums; once, before anything else. */
  void load(StoreTx tx, String poison, long qid) {
    var sums = tx.first(SUMS, row -> new long[] {row.getLong(1), row.getLong(2)}, poison, qid);
    rows = sums.orElseThrow()[0];
    bytes = sums.orElseThrow()[1];
    publishedRows = rows;
  }

  long rows() {
    return rows;
  }

  /** Of their bodies. */
  long bytes() {
    return bytes;
  }

  /** As of the last commit. */
  boolean isEmpty() {
    return publishedRows == 0;
  }

  /** One more; whoever waits for it hears when it is durable. */
  void added(Commitment tx, long size) {
    change(tx, 1, size);
    tx.tell(this::tell);
  }

  /** One fewer. */
  void removed(Commitment tx, long size) {
    change(tx, -1, -size);
  }

  /** How many have died since the start: what {@link #await} waits to see grow. */
  long deaths() {
    lock.lock();
    try {
      return deaths;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until there were more deaths than {@code seen}, or none can be seen any more. */
  void await(long seen, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var leftNanos = wait.toNanos();
      while (deaths <= seen && leftNanos > 0 && !closed) leftNanos = died.awaitNanos(leftNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody wait any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      died.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    lock.lock();
    try {
      deaths++;
      died.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void change(Commitment tx, int more, long size) {
    rows += more;
    bytes += size;
    tx.onRollback(
        () -> {
          rows -= more;
          bytes -= size;
        });
    tx.afterCommit(() -> publishedRows = rows);
  }
}
