package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;

/**
 * A lane in memory: a mirror of its row, owned by the writer thread. What other threads see is
 * {@link #published}, as of the last commit.
 */
final class LaneState {
  private final long lid;
  private final Lane lane;
  private final LaneBook book;
  private final Op<Unit> save;
  private Counts counts; // owned by the writer thread
  private long leasedUpTo = Long.MIN_VALUE; // owned by the writer thread
  private volatile Counts published;

  LaneState(long lid, Lane lane, Counts counts, LaneBook book) {
    this.lid = lid;
    this.lane = lane;
    this.counts = counts;
    this.published = counts;
    this.book = book;
    this.save = new Op<>("queue.lane", Op.Kind.COUNT, 0, this::save);
  }

  long lid() {
    return lid;
  }

  Lane lane() {
    return lane;
  }

  Counts counts() {
    return counts;
  }

  /** As of the last commit. */
  Counts published() {
    return published;
  }

  /** Changes the mirror now, the row once at the end of the batch; both or neither. */
  void set(StoreTx tx, Counts now) {
    var before = counts;
    counts = now;
    tx.onRollback(
        () -> {
          counts = before;
          book.noteReady(this);
        });
    tx.last(save);
    book.noteReady(this);
  }

  /**
   * No task that could be leased has a place at or before this: where to look for the next one, so
   * that it costs the same however many are leased.
   */
  long leasedUpTo() {
    return leasedUpTo;
  }

  /** Everything up to this place is leased, or gone. */
  void leasedUpTo(StoreTx tx, long ord) {
    var before = leasedUpTo;
    leasedUpTo = ord;
    tx.onRollback(() -> leasedUpTo = before);
  }

  /** A task at this place may be leased again. */
  void backAt(StoreTx tx, long ord) {
    if (ord <= leasedUpTo) leasedUpTo(tx, ord - 1);
  }

  private Unit save(StoreTx tx) {
    LaneTable.save(tx, lid, counts);
    var now = counts;
    tx.afterCommit(
        () -> {
          published = now;
          book.published(this);
        });
    return Unit.UNIT;
  }
}
