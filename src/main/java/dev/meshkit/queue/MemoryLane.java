package dev.meshkit.queue;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A lane of a memory queue. Guarded by the queue's lock; changed by {@link MemoryBook}. */
final class MemoryLane implements Turns.Seat {
  private final long lid;
  private final Lane lane;
  private final Quantum quantum = new Quantum(1);
  private final NavigableMap<Long, MemoryTask> ready = new TreeMap<>();
  private final NavigableMap<Long, MemoryTask> delayed = new TreeMap<>();
  private final boolean strict;
  private final Map<String, MemoryTask> dedup = new HashMap<>();
  private final Map<String, MemoryTask> waiting = new HashMap<>(); // by coalesce key
  private final Map<String, MemoryTask> leased = new HashMap<>(); // by coalesce key
  private Counts counts;
  private String pausedBy = "";

  MemoryLane(long lid, Lane lane, QueueOptions.Mode mode, long nextOrigin) {
    this.strict = mode == QueueOptions.Mode.STRICT;
    this.lid = lid;
    this.lane = lane;
    this.counts = new Counts(false, 0, nextOrigin, 0, 0, 0, 0, 0);
  }

  long lid() {
    return lid;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public Quantum quantum() {
    return quantum;
  }

  /** With what holds it: its first task that nobody has, if that waits for its time. */
  Counts counts() {
    if (!strict || delayed.isEmpty()) return counts.hold(0);
    var isHeld = ready.isEmpty() || ready.firstKey() > delayed.firstKey();
    return counts.hold(isHeld ? delayed.firstEntry().getValue().seq() : 0);
  }

  void counts(Counts now) {
    counts = now;
  }

  String pausedBy() {
    return pausedBy;
  }

  void pausedBy(String actor) {
    pausedBy = actor;
  }

  /** The tasks that nobody holds and that wait for nothing, by their places. */
  NavigableMap<Long, MemoryTask> ready() {
    return ready;
  }

  /** The places that may be leased: in a STRICT lane, those before the first delayed task. */
  long end() {
    return strict && !delayed.isEmpty() ? delayed.firstKey() : Long.MAX_VALUE;
  }

  /** The live task with this dedup key. */
  Optional<MemoryTask> withDedup(String key) {
    return Optional.ofNullable(dedup.get(key));
  }

  /** The task with this coalesce key that nobody holds. */
  Optional<MemoryTask> waiting(String coalesceKey) {
    return Optional.ofNullable(waiting.get(coalesceKey));
  }

  /** Whether a task with this coalesce key is leased. */
  boolean isLeased(String coalesceKey) {
    return leased.containsKey(coalesceKey);
  }

  /** Makes a task findable as it stands, and counts it. */
  void index(MemoryTask task) {
    var now = task.now();
    if (!task.keys().dedup().isEmpty()) dedup.put(task.keys().dedup(), task);
    var coal = task.keys().coal();
    if (!coal.isEmpty()) (now.isLeased() ? leased : waiting).put(coal, task);
    if (!now.isLeased()) (now.isDelayed() ? delayed : ready).put(now.row().ord(), task);
    var with = counts.added(now.row().size(), now.isDelayed());
    counts = now.isLeased() ? with.leased(1) : with;
  }

  /** The opposite. */
  void unindex(MemoryTask task) {
    var now = task.now();
    dedup.remove(task.keys().dedup(), task);
    (now.isLeased() ? leased : waiting).remove(task.keys().coal(), task);
    ready.remove(now.row().ord(), task);
    delayed.remove(now.row().ord(), task);
    var without = counts.removed(now.row().size()).delayed(now.isDelayed() ? -1 : 0);
    counts = now.isLeased() ? without.leased(-1) : without;
  }
}
