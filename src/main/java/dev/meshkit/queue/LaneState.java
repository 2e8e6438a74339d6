package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;

/**
 * A lane in memory: a mirror of its row, owned by the writer thread. What other threads see is
 * {@link #published}, as of the last commit.
 */
final class LaneState implements Turns.Seat {
  private final long lid;
  private final Lane lane;
  private final LaneBook book;
  private final Op<Unit> save;
  private final Quantum quantum; // owned by the writer thread
  private Counts counts; // owned by the writer thread
  private long leasedUpTo = Long.MIN_VALUE; // owned by the writer thread
  private boolean coalesces; // owned by the writer thread
  private final Pace pace;
  private Pace.Moves moves = Pace.Moves.NONE; // not committed; owned by the writer thread
  private volatile Counts published;

  LaneState(LaneTable.Stored stored, LaneBook book) {
    this.lid = stored.lid();
    this.lane = stored.lane();
    this.quantum = new Quantum(stored.weight());
    this.counts = stored.counts();
    this.coalesces = stored.coalesces();
    this.published = counts;
    this.book = book;
    this.pace = new Pace(book.now());
    this.save = new Op<>("queue.lane", Op.Kind.COUNT, 0, this::save);
  }

  long lid() {
    return lid;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  Counts counts() {
    return counts;
  }

  /** As of the last commit. */
  Counts published() {
    return published;
  }

  /** How it moves; from any thread. */
  LaneFlow flow() {
    return pace.of(lane, book.now());
  }

  /**
   * Changes the mirror now, the row once at the end of the batch; both or neither. The tasks
   * themselves have changed before: which of them holds the lane is read from their table.
   */
  void set(StoreTx tx, Counts told) {
    var before = counts;
    var now = book.held(tx, lid, told);
    var movesBefore = moves;
    counts = now;
    moves = moves.with(now.live() - before.live());
    book.moved(before, now);
    tx.onRollback(
        () -> {
          counts = before;
          moves = movesBefore;
          book.moved(now, before);
          book.noteReady(this);
        });
    tx.last(save);
    book.noteReady(this);
  }

  @Override
  public Quantum quantum() {
    return quantum;
  }

  /** How many tasks it gives in a turn, from now on. */
  void weigh(StoreTx tx, int tasks) {
    var before = quantum.weight();
    quantum.weigh(tasks);
    tx.onRollback(() -> quantum.weigh(before));
  }

  /**
   * No task that could be leased has a place at or before this: where to look for the next one, so
   * that it costs the same however many are leased. Where tasks have coalesce keys, any place: one
   * that is skipped, since another of its key is leased, may be leased as soon as that one ends.
   */
  long leasedUpTo() {
    return coalesces ? Long.MIN_VALUE : leasedUpTo;
  }

  /** Some of its tasks have a coalesce key. */
  void coalesces() {
    coalesces = true; // and if the transaction is undone, that costs nothing but a longer look
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
    if (!book.has(this)) return Unit.UNIT; // dropped in this batch: its number may be another's
    LaneTable.save(tx, lid, counts);
    var now = counts;
    tx.afterCommit(
        () -> {
          published = now;
          keepPace();
          book.published(this);
        });
    return Unit.UNIT;
  }

  private void keepPace() {
    if (moves.equals(Pace.Moves.NONE)) return; // a look at the clock for nothing
    pace.add(book.now(), moves);
    moves = Pace.Moves.NONE;
  }
}
