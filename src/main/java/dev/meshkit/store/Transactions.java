package dev.meshkit.store;

import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreException.Fault;
import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * The beginnings and the undoing of the writer's transactions, with the driver's flag where the
 * file is: off in a transaction, on out of it.
 *
 * <p>For the store's writer thread alone.
 */
final class Transactions {
  private static final System.Logger LOG = System.getLogger(Transactions.class.getName());

  private final StoreOptions options;
  private final Submissions submissions;
  private final Opening.Opened opened;
  private final Watch watch;
  private boolean locked; // by another, all of the last deadline

  Transactions(StoreOptions options, Submissions submissions, Opening.Opened opened, Watch watch) {
    this.options = options;
    this.submissions = submissions;
    this.opened = opened;
    this.watch = watch;
  }

  /** What is to be done in the one that was begun, which is {@code fused} with its end or not. */
  StoreTx tx(boolean fused) {
    return new StoreTx(opened, options, fused);
  }

  /**
   * BEGIN IMMEDIATE; how often it was BUSY, or -1 when that was in vain.
   *
   * <p>Rule R2: a BUSY leaves the driver's flag off without a transaction, and all that follows
   * would commit statement by statement; so the flag is put back before anything else.
   */
  int begin() throws InterruptedException {
    var deadline = options.clocks().monotonic().instant().plus(options.limits().commitDeadline());
    var pauseMs = 1L;
    for (var busy = 0; ; busy++) {
      try {
        opened.writer().autoCommit(false);
        watch.begun();
        locked = false;
        return busy;
      } catch (StoreException cause) {
        endTransaction();
        if (cause.fault() != Fault.BUSY) throw cause;
        options.meters().count(Metric.STORE_BUSY_TOTAL, options.label());
        if (isInVain(deadline)) return -1;
      }
      Thread.sleep(pauseMs); // the writer is a platform thread of its own
      pauseMs = Math.min(50, pauseMs * 2);
    }
  }

  /**
   * Whether the deadline is over; the end of a store waits for one, however much is left to do: a
   * lock that has outlasted it is looked at once for each batch.
   */
  private boolean isInVain(Instant deadline) {
    if (locked && submissions.isEnding()) return true;
    locked = !options.clocks().monotonic().instant().isBefore(deadline);
    return locked;
  }

  /** Rolls back, and undoes in memory what waited for the commit. */
  void undo(StoreTx tx) {
    try {
      opened.writer().script("ROLLBACK");
    } catch (StoreException cause) {
      if (!noTransaction(cause)) LOG.log(Level.WARNING, "rollback failed: {0}", cause.getMessage());
    }
    try {
      endTransaction();
    } finally {
      tx.rolledBack();
    }
  }

  /** Puts the driver's flag back; that there is no transaction to commit is what is wanted. */
  private void endTransaction() {
    try {
      opened.writer().autoCommit(true);
    } catch (StoreException cause) {
      if (!noTransaction(cause)) throw cause;
    }
  }

  private static boolean noTransaction(StoreException cause) {
    return String.valueOf(cause.getMessage()).contains("no transaction is active");
  }
}
