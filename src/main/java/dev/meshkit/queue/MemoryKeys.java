package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dedup keys of tasks that have left within the window, oldest first. Guarded by the queue's
 * lock.
 */
final class MemoryKeys {
  private final long windowMs;
  private final MemoryClock clock;
  private final Map<Name, Left> left = new LinkedHashMap<>();

  /** A key in its lane. */
  private record Name(Lane lane, String key) {}

  /** The task that had it, and until when that counts. */
  private record Left(long seq, long expMs) {}

  MemoryKeys(QueueOptions options, MemoryClock clock) {
    this.windowMs = Horizon.millis(options.dedupWindow());
    this.clock = clock;
  }

  /** The task that makes another with this key a duplicate. */
  Optional<TaskId> twin(MemoryLane lane, String key) {
    if (key.isEmpty()) return Optional.empty();
    var live = lane.withDedup(key).map(task -> new TaskId(task.seq()));
    if (live.isPresent()) return live;
    return Optional.ofNullable(left.get(new Name(lane.lane(), key)))
        .filter(gone -> gone.expMs() > clock.nowMs())
        .map(gone -> new TaskId(gone.seq()));
  }

  /** A task is removed, by whatever end but a cancel: its key stays for the window. */
  void leaves(Commitment tx, MemoryTask task) {
    var key = task.keys().dedup();
    if (windowMs == 0 || key.isEmpty()) return;
    var name = new Name(task.lane().lane(), key);
    var gone = new Left(task.seq(), clock.nowMs() + windowMs);
    var before = left.remove(name); // so that the newest are last
    left.put(name, gone);
    tx.onRollback(() -> restore(name, before));
  }

  private void restore(Name name, @Nullable Left before) {
    if (before == null) left.remove(name);
    else left.put(name, before);
  }

  /** Forgets what is over. */
  void prune() {
    var nowMs = clock.nowMs();
    var each = left.values().iterator();
    while (each.hasNext() && each.next().expMs() <= nowMs) each.remove();
  }
}
