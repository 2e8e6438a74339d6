package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Commitment;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The tasks that ended and are in no table, neither live nor dead, though they were not
 * acknowledged, for whoever asks only afterwards. The last {@value #MOST} that were superseded, or
 * dropped as their enqueuer wished: what came before them passes for acknowledged, for it was given
 * up without harm. And the last {@value #MOST} that were given up otherwise, or removed from the
 * dead: beyond them the highest number, up to which nothing passes for acknowledged. In memory
 * only, hence of this life of the queue. Thread-safe.
 */
final class LostEnds {
  static final int MOST = 4_096;

  private final SequencedMap<Long, Settled> harmless = new LinkedHashMap<>(); // guarded by this
  private final SequencedMap<Long, Settled> harmful = new LinkedHashMap<>(); // guarded by this
  private long doubtUpTo; // guarded by this: the highest number that was put out of the latter

  /** It ends so, if this transaction does; who sees that it did finds this. */
  void add(Commitment tx, long seq, Settled how) {
    if (isInNoTable(how)) put(tx, seq, how);
  }

  /** It died so, and is removed from the dead, if this transaction does it. */
  void removed(Commitment tx, long seq, Settled.Dead how) {
    put(tx, seq, how);
  }

  private static boolean isInNoTable(Settled how) {
    return switch (how) {
      case Settled.Superseded _, Settled.Dropped _ -> true;
      case Settled.Dead(var did, _) -> did == 0;
      case Settled.Done _, Settled.Requeued _, Settled.Stale _ -> false;
    };
  }

  private static boolean isHarmless(Settled how) {
    return how instanceof Settled.Superseded
        || how.equals(new Settled.Dead(0, Reason.EXPIRED)); // dropped as its enqueuer wished
  }

  private void put(Commitment tx, long seq, Settled how) {
    put(seq, how);
    tx.onRollback(() -> remove(seq));
  }

  private synchronized void put(long seq, Settled how) {
    var isHarmless = isHarmless(how);
    var last = isHarmless ? harmless : harmful;
    last.put(seq, how);
    if (last.size() <= MOST) return;
    var out = last.sequencedKeySet().removeFirst();
    if (!isHarmless) doubtUpTo = Math.max(doubtUpTo, out);
  }

  private synchronized void remove(long seq) {
    harmless.remove(seq);
    harmful.remove(seq);
  }

  /**
   * How a task ended that is in no table: as it is remembered, else acknowledged, or {@code
   * error.not_found} where it may be one of those that are not remembered any more.
   */
  synchronized Result<Settled> of(TaskId id) {
    var how = harmful.containsKey(id.seq()) ? harmful.get(id.seq()) : harmless.get(id.seq());
    if (how != null) return Result.ok(how);
    if (id.seq() <= doubtUpTo) return Result.err(QueueErrors.endUnknown(id));
    return Result.ok(new Settled.Done());
  }
}
