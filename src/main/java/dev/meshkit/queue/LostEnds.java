package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The last tasks that ended and are in no table, neither live nor dead, though they were not
 * acknowledged: superseded, dropped, canceled. For whoever asks only afterwards. Thread-safe.
 */
final class LostEnds {
  private static final int MOST = 4_096;

  private final SequencedMap<Long, Settled> last = new LinkedHashMap<>(); // guarded by this

  /** It ends so, if this transaction does; who sees that it did finds this. */
  void add(Commitment tx, long seq, Settled how) {
    if (!isLost(how)) return;
    put(seq, how);
    tx.onRollback(() -> remove(seq));
  }

  private static boolean isLost(Settled how) {
    return switch (how) {
      case Settled.Superseded _ -> true;
      case Settled.Dead(var did, _) -> did == 0;
      case Settled.Done _, Settled.Requeued _, Settled.Stale _ -> false;
    };
  }

  private synchronized void put(long seq, Settled how) {
    last.put(seq, how);
    if (last.size() > MOST) last.pollFirstEntry();
  }

  private synchronized void remove(long seq) {
    last.remove(seq);
  }

  /** How a task ended that is in no table, as far as it is remembered. */
  synchronized Optional<Settled> of(long seq) {
    return Optional.ofNullable(last.get(seq));
  }
}
