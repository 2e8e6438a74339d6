package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Commitment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the tasks that someone waits for have ended. Guarded by the queue's lock. */
final class MemoryEndings {
  private final Map<Long, Watch> watched = new HashMap<>();
  private final LostEnds lost = new LostEnds();

  /** Someone waits for a task, or several do. */
  private static final class Watch {
    private int watchers;
    private Optional<Settled> how = Optional.empty();
  }

  void watch(long seq) {
    watched.computeIfAbsent(seq, _ -> new Watch()).watchers++;
  }

  void unwatch(long seq) {
    watched.computeIfPresent(seq, (_, watch) -> --watch.watchers == 0 ? null : watch);
  }

  /** The task ends as {@code how}, if this transaction does. */
  void ends(Commitment tx, long seq, Settled how) {
    lost.add(tx, seq, how);
    tx.tell(() -> watched.computeIfPresent(seq, (_, watch) -> ended(watch, how)));
  }

  /** One that died so is removed from the dead, and lives no more under its number. */
  void removed(Commitment tx, long seq, Settled.Dead how) {
    lost.removed(tx, seq, how);
  }

  /** How a task ended that is neither live nor dead; see {@link LostEnds#of}. */
  Result<Settled> lost(TaskId id) {
    return lost.of(id);
  }

  /** How a watched task has ended. */
  Optional<Settled> of(long seq) {
    return Optional.ofNullable(watched.get(seq)).flatMap(watch -> watch.how);
  }

  private static Watch ended(Watch watch, Settled how) {
    watch.how = Optional.of(how);
    return watch;
  }
}
