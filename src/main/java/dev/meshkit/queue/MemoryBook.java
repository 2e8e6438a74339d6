package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The lanes and live tasks of a memory queue. Every change of a task goes through {@link #add},
 * {@link #move} or {@link #drop}, which keep the indexes and counters true, and can be undone.
 * Guarded by the queue's lock.
 */
final class MemoryBook implements Limits.Stock {
  /**
   * When a delayed task is due.
   *
   * @param ms by the clock it waits for
   * @param seq the task
   */
  record Due(long ms, long seq) implements Comparable<Due> {
    private static final Comparator<Due> ORDER =
        Comparator.comparingLong(Due::ms).thenComparingLong(Due::seq);

    @Override
    public int compareTo(Due other) {
      return ORDER.compare(this, other);
    }
  }

  private final QueueOptions options;
  private final Breakers breakers;
  private final InstantSource monotonic;
  private final Map<Lane, MemoryLane> lanes = new TreeMap<>();
  private final Map<Lane, Pace> paces = new HashMap<>();
  private final Map<Long, MemoryTask> tasks = new HashMap<>();
  private final Map<Long, MemoryTask> held = new TreeMap<>();
  private final NavigableSet<Due> byQueueClock = new TreeSet<>();
  private final NavigableSet<Due> byWallClock = new TreeSet<>();
  private final Turns<MemoryLane> turns = new Turns<>(lane -> room(lane) > 0);
  private String pausedBy = "";
  private long lastSeq;
  private long live;
  private long bytes;

  MemoryBook(QueueOptions options, Breakers breakers, InstantSource monotonic) {
    this.options = options;
    this.breakers = breakers;
    this.monotonic = monotonic;
  }

  /** A number that no task has had. */
  long nextSeq() {
    return ++lastSeq;
  }

  /** Whether some task has had this number. */
  boolean gave(long seq) {
    return seq > 0 && seq <= lastSeq;
  }

  Optional<MemoryLane> find(Lane lane) {
    return Optional.ofNullable(lanes.get(lane));
  }

  /** The lane, made now if it is new. It starts above every number given. */
  MemoryLane getOrAdd(Commitment tx, Lane lane) {
    var known = lanes.get(lane);
    if (known != null) return known;
    var made = new MemoryLane(lanes.size() + 1L, lane, options.mode(), lastSeq + 1);
    lanes.put(lane, made);
    paces.put(lane, new Pace(now()));
    tx.onRollback(
        () -> {
          lanes.remove(lane);
          paces.remove(lane);
          turns.remove(made);
        });
    return made;
  }

  Collection<MemoryLane> lanes() {
    return lanes.values();
  }

  /** How each lane moves. */
  List<LaneFlow> flows() {
    return lanes.keySet().stream().map(lane -> pace(lane).of(lane, now())).toList();
  }

  Turns<MemoryLane> turns() {
    return turns;
  }

  /** How many more of its tasks may be leased now. */
  int room(MemoryLane lane) {
    return admitted(lane, lane.counts().room(options));
  }

  /** How many more whoever holds one of its tasks may have now. */
  int left(MemoryLane lane) {
    return admitted(lane, lane.counts().left(options));
  }

  private int admitted(MemoryLane lane, int room) {
    return paused() || room == 0 ? 0 : Math.min(room, breakers.room(lane.lane().key()));
  }

  /** A lane may be leased from. */
  void noteReady(MemoryLane lane) {
    if (room(lane) > 0) turns.add(lane);
  }

  /** The breaker of this key admits more than before. */
  void noteWider(String key) {
    for (var cls : TrafficClass.values()) find(new Lane(key, cls)).ifPresent(this::noteReady);
  }

  Optional<MemoryTask> task(long seq) {
    return Optional.ofNullable(tasks.get(seq));
  }

  /** All live tasks, by number. */
  List<MemoryTask> tasks() {
    return tasks.values().stream().sorted(Comparator.comparingLong(MemoryTask::seq)).toList();
  }

  /** The leased tasks, by their places. */
  List<MemoryTask> held() {
    var all = new ArrayList<>(held.values());
    all.sort(Comparator.comparingLong(task -> task.row().ord()));
    return all;
  }

  Optional<MemoryTask> held(long seq) {
    return Optional.ofNullable(held.get(seq));
  }

  /** The next task that waits for the queue clock. */
  Optional<Due> nextByQueueClock() {
    return byQueueClock.isEmpty() ? Optional.empty() : Optional.of(byQueueClock.first());
  }

  /** The next task that waits for the wall clock. */
  Optional<Due> nextByWallClock() {
    return byWallClock.isEmpty() ? Optional.empty() : Optional.of(byWallClock.first());
  }

  void add(Commitment tx, MemoryTask task) {
    enter(task);
    tx.onRollback(() -> leave(task));
    count(tx, task, Pace.Moves.NONE.with(1));
  }

  /** It stands otherwise from now on. */
  void move(Commitment tx, MemoryTask task, MemoryTask.Standing then) {
    var before = task.now();
    stand(task, then);
    tx.onRollback(() -> stand(task, before));
  }

  /** It is live no more. */
  void drop(Commitment tx, MemoryTask task) {
    leave(task);
    tx.onRollback(() -> enter(task));
    count(tx, task, Pace.Moves.NONE.with(-1));
  }

  private void count(Commitment tx, MemoryTask task, Pace.Moves moves) {
    var pace = pace(task.lane().lane());
    pace.add(now(), moves);
    tx.onRollback(() -> pace.add(now(), moves.undone()));
  }

  private Pace pace(Lane lane) {
    return Objects.requireNonNull(paces.get(lane), "no lane " + lane);
  }

  private Instant now() {
    return monotonic.instant();
  }

  /** Changes what is not counted of a lane. */
  void set(Commitment tx, MemoryLane lane, Counts now) {
    var before = lane.counts();
    lane.counts(now);
    noteReady(lane);
    tx.onRollback(
        () -> {
          lane.counts(before);
          noteReady(lane);
        });
  }

  boolean paused() {
    return !pausedBy.isEmpty();
  }

  /** Who paused the queue, or this lane of it; empty if nobody did. */
  String pausedBy(MemoryLane lane) {
    if (paused()) return pausedBy;
    return lane.counts().paused() ? lane.pausedBy() : "";
  }

  /** Pauses, in somebody's name, or resumes in nobody's. */
  void pause(Commitment tx, String actor) {
    var before = pausedBy;
    pausedBy = actor;
    lanes.values().forEach(this::noteReady);
    tx.onRollback(
        () -> {
          pausedBy = before;
          lanes.values().forEach(this::noteReady);
        });
  }

  @Override
  public long live() {
    return live;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Optional<Counts> counts(Lane lane) {
    return find(lane).map(MemoryLane::counts);
  }

  private void stand(MemoryTask task, MemoryTask.Standing then) {
    leave(task);
    task.stand(then);
    enter(task);
  }

  private void enter(MemoryTask task) {
    var now = task.now();
    tasks.put(task.seq(), task);
    if (now.isLeased()) held.put(task.seq(), task);
    if (now.isDelayed()) clock(now).add(due(now));
    task.lane().index(task);
    live++;
    bytes += now.row().size();
    noteReady(task.lane());
  }

  private void leave(MemoryTask task) {
    var now = task.now();
    tasks.remove(task.seq());
    held.remove(task.seq());
    if (now.isDelayed()) clock(now).remove(due(now));
    task.lane().unindex(task);
    live--;
    bytes -= now.row().size();
    noteReady(task.lane());
  }

  private NavigableSet<Due> clock(MemoryTask.Standing now) {
    return now.atWallMs() == 0 ? byQueueClock : byWallClock;
  }

  private static Due due(MemoryTask.Standing now) {
    return new Due(now.atWallMs() == 0 ? now.dueMs() : now.atWallMs(), now.row().seq());
  }
}
