package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Durable tasks of one queue: ready, leased, settled or dead, in lanes.
 *
 * <pre>
 * enqueue ──► READY ── lease: fence = next, attempt + 1 ──► LEASED ─┬─ Ack ─► gone
 *   later ──► DELAYED ─ due ─► READY                                ├─ Retry ─► DELAYED, charged; at the last attempt dead
 * ttl over at lease or head ─► dead EXPIRED, or dropped             ├─ Snooze ─► DELAYED; Release ─► READY: not charged
 * checksum or codec fails ─► dead CORRUPT                           ├─ Poison ─► dead PERMANENT
 *                                                                   ├─ deadline passed ─► as Retry
 *                                                                   └─ process died ─► at start READY, charged, crash + 1
 * </pre>
 *
 * <p>Thread-safe; every call may block for a commit and belongs on a virtual thread. A final class
 * until the memory queue of the simulator exists; then an interface with these methods.
 *
 * @param <T> what tasks carry
 */
public final class SafeTaskQueue<T> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SafeTaskQueue.class.getName());

  private final Ground ground;
  private final Leasing<T> leasing;
  private final Enqueuing<T> enqueuing;
  private final Settling settling;
  private final Sweeper sweeper;
  private final PoisonQueue poison;
  private final Thread sweep;
  private volatile boolean closed;

  private SafeTaskQueue(Ground ground, TaskCodec<T> codec) {
    this.ground = ground;
    var dying = new Dying(ground, new Retaining(ground));
    this.leasing = new Leasing<>(ground, codec, dying, this::giveBack);
    this.enqueuing = new Enqueuing<>(ground, codec, leasing);
    this.settling = new Settling(ground, dying, leasing);
    this.sweeper = new Sweeper(ground, settling, dying, leasing);
    this.poison = new PoisonQueue(ground, leasing);
    ground.lanes().whenReady(leasing::ready);
    var name = "queue-" + ground.options().name() + "-sweeper";
    this.sweep = Thread.ofVirtual().name(name).start(sweeper::run);
  }

  /**
   * Opens a queue in a store, making it at the first time. Leases of older boots are ready at once,
   * charged, and what a redrive or purge had left goes on. Once a process: two open queues of one
   * name in one store would not see each other.
   */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public static <T> Result<SafeTaskQueue<T>> open(
      Store store, QueueOptions options, TaskCodec<T> codec) throws InterruptedException {
    var opened =
        store
            .submit(Op.record("queue.open", tx -> Restart.open(tx, store, options)))
            .map(ground -> new SafeTaskQueue<>(ground, codec));
    if (!(opened instanceof Result.Ok<SafeTaskQueue<T>>(var queue))) return opened;
    return queue.poison.resume().map(_ -> queue);
  }

  /** Its rules. */
  public QueueOptions options() {
    return ground.options();
  }

  /**
   * Adds a task; durable when it returns Ok. {@code error.queue.full}, {@code error.validation},
   * and what the store says. Interrupting it abandons the answer only: repeat it with a dedup key.
   */
  public Result<Enqueued> enqueue(TaskSpec<T> task) throws InterruptedException {
    return enqueueAll(List.of(task)).map(List::getFirst);
  }

  /** Adds all of them or none, in order. */
  public Result<List<Enqueued>> enqueueAll(List<TaskSpec<T>> tasks) throws InterruptedException {
    if (closed) return Result.err(closedError());
    var packed = new ArrayList<Enqueuing.Packed>(tasks.size());
    for (var task : tasks) {
      switch (enqueuing.check(task)) {
        case Result.Ok<Enqueuing.Packed>(var one) -> packed.add(one);
        case Result.Err<Enqueuing.Packed>(var error) -> {
          return Result.err(error);
        }
      }
    }
    var added = add(packed);
    var blocks = ground.options().capacity().atLimit() == QueueOptions.AtLimit.BLOCK;
    return blocks && isFull(added) ? addWhenRoom(packed, added) : added;
  }

  private Result<List<Enqueued>> add(List<Enqueuing.Packed> tasks) throws InterruptedException {
    var bytes = tasks.stream().mapToInt(one -> one.body().size() + 200).sum();
    return ground
        .store()
        .submit(Op.enqueue("queue.enqueue", bytes, tx -> enqueuing.addAll(tx, tasks)))
        .flatMap(added -> added);
  }

  private static boolean isFull(Result<List<Enqueued>> added) {
    return added instanceof Result.Err<List<Enqueued>>(var error)
        && error.code().equals(QueueErrors.FULL);
  }

  /** Tries again whenever something has left, for as long as the options say. */
  private Result<List<Enqueued>> addWhenRoom(
      List<Enqueuing.Packed> tasks, Result<List<Enqueued>> refused) throws InterruptedException {
    var room = ground.lanes().room();
    var until = ground.monotonic().plus(ground.options().capacity().patience());
    var added = refused;
    while (isFull(added) && !closed) {
      var mark = room.mark(); // first the mark, then the look: what leaves in between is seen
      try {
        added = add(tasks);
        var left = Duration.between(ground.monotonic(), until);
        if (isFull(added) && !room.awaitLess(mark, left)) return added;
      } finally {
        room.unmark();
      }
    }
    return isFull(added) ? Result.err(closedError()) : added;
  }

  /**
   * Blocks while the pressure is high, {@code wait} at most; false if it still is. Producers that
   * can hold back call it before they produce: see {@link QueueOptions.Capacity}.
   */
  public boolean awaitRelief(Duration wait) throws InterruptedException {
    return ground.lanes().room().awaitRelief(wait);
  }

  /**
   * Adds a task in the caller's transaction: it commits or vanishes with it. What is wrong with the
   * task, or a full queue, is a {@link MeshException}: it undoes the caller's work too.
   */
  public Enqueued enqueueIn(LocalTx tx, TaskSpec<T> task) {
    if (closed) throw new MeshException(closedError());
    var packed = enqueuing.check(task).orThrow();
    return enqueuing.addAll(StoreTx.of(tx), List.of(packed)).orThrow().getFirst();
  }

  /**
   * At most {@code max} tasks of any lane; empty when there are none within {@code wait}. Of a
   * STRICT lane its head alone, and only while nobody holds another of its tasks.
   */
  public Result<List<Lease<T>>> lease(int max, Duration wait) throws InterruptedException {
    return await(Waiter.any(max), wait);
  }

  /** The next tasks of one lane in order, at most {@code max}: a run for one holder. */
  public Result<List<Lease<T>>> leaseLane(Lane lane, int max, Duration wait)
      throws InterruptedException {
    return await(Waiter.of(lane, max), wait);
  }

  /** Ends a lease. Application work that throws fails the call and leaves the lease valid. */
  public Result<Settled> settle(Lease<T> lease, Disposition said) throws InterruptedException {
    return settleAll(List.of(new Settlement<>(lease, said))).map(List::getFirst);
  }

  /** Ends many leases in one transaction, in order. */
  public Result<List<Settled>> settleAll(List<Settlement<T>> many) throws InterruptedException {
    return ground.store().submit(Op.settle("queue.settle", tx -> settling.settleAll(tx, many)));
  }

  /**
   * Says that the worker is alive; how long the lease now holds, ZERO once {@code maxRun} is over.
   * No I/O. {@code error.taskqueue.lease_inactive} when it is no longer this worker's.
   */
  public Result<Duration> heartbeat(Lease<T> lease) {
    var held = ground.held().get(lease.id().seq());
    if (held == null || held.fence() != lease.fence()) {
      return Result.err(QueueErrors.inactive(lease.id().seq(), lease.fence()));
    }
    var options = ground.options();
    return Result.ok(
        held.extend(ground.monotonic(), options.leases().time(), options.leases().maxRun()));
  }

  /**
   * Blocks until a task is acknowledged or dead: {@code Done} or {@code Dead}. {@code
   * error.timeout} when {@code wait} is over; the task goes on. One that was superseded or dropped
   * before anyone waited for it has left nothing behind, and shows as {@code Done}.
   */
  public Result<Settled> await(TaskId id, Duration wait) throws InterruptedException {
    var ended = ground.endings().await(id.seq(), wait, () -> poison.ended(id));
    return ended
        .map(Result::ok)
        .orElseGet(() -> Result.err(new MeshError.TimedOut(wait, "waiting for task " + id)));
  }

  /**
   * Leases nothing of the target until it is resumed; survives restarts and names its actor. The
   * number under which it stands in the audit.
   */
  public Result<Long> pause(Target what, Audit by) throws InterruptedException {
    return mark(what, by, true);
  }

  /** Ends a pause. The number under which it stands in the audit. */
  public Result<Long> resume(Target what, Audit by) throws InterruptedException {
    return mark(what, by, false);
  }

  /**
   * Has a lane give {@code weight} tasks (≥ 1; 1 at first) where others of its class give as many
   * as they weigh. Survives restarts.
   */
  public Result<Unit> weigh(Lane lane, int weight, Audit by) throws InterruptedException {
    if (weight < 1) {
      return Result.err(
          MeshError.validation("weighing " + lane, weight + " is no weight", "give 1 or more"));
    }
    LOG.log(
        Level.INFO,
        "weighed {0}: queue={1} weight={2} actor={3} reason={4}",
        lane,
        ground.options().name(),
        weight,
        by.actor(),
        by.reason());
    return ground
        .store()
        .submit(
            Op.record(
                "queue.weigh",
                tx -> {
                  var state = ground.lanes().getOrAdd(tx, lane);
                  LaneTable.weigh(tx, state.lid(), weight);
                  state.weigh(tx, weight);
                  return Unit.UNIT;
                }));
  }

  /**
   * Whom this lane key stands for can be reached again: if its tasks are left alone because that
   * failed ({@link dev.meshkit.api.Disposition.Unreachable}), one is let through at once. No I/O.
   */
  public void linkUp(String laneKey) {
    if (ground.breakers().linkUp(laneKey)) leasing.wider(laneKey);
  }

  /** The queue in numbers, as of the last commit. No I/O. */
  public QueueStats stats() {
    var lanes =
        ground.lanes().all().stream()
            .map(SafeTaskQueue::stats)
            .sorted(Comparator.comparing(LaneStats::lane))
            .toList();
    return new QueueStats(ground.options().name(), ground.lanes().paused(), lanes);
  }

  /** What is at the front of each lane that has live tasks. Blocks for one read. */
  public Result<List<LaneFront>> fronts() throws InterruptedException {
    var now = ground.nowMs();
    return ground.store().read(read -> LaneTable.fronts(read, ground.qid(), now));
  }

  /** The next number a lane will give, for the far side to compare with what it has. */
  public long nextOrigin(Lane lane) {
    return ground.lanes().find(lane).map(state -> state.published().nextOrigin()).orElse(1L);
  }

  /** The dead. */
  public PoisonQueue poison() {
    return poison;
  }

  /**
   * Leases nothing more, sends waiting workers home, and gives back, uncharged, what is leased: a
   * clean stop is nobody's crash. The store stays open. Idempotent; blocks for one commit.
   */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    sweep.interrupt();
    leasing.close();
    ground.lanes().room().close();
    poison.close();
    try {
      var left = ground.store().submit(Op.settle("queue.close", settling::releaseAll));
      if (left instanceof Result.Err<Unit>(var error)) {
        LOG.log(Level.WARNING, "leases were not given back: {0}", error.text());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the release is under way all the same
    }
  }

  /** Callers that wait for room just now. */
  int waitingForRoom() {
    return ground.lanes().room().waiting();
  }

  /** One look at the clocks, for tests that own them. */
  void tick() throws InterruptedException {
    sweeper.tick();
  }

  /** Whether nothing can be settled any more in this life: it is closed, or its store failed. */
  boolean isOver() {
    return closed || ground.store().failure().isPresent();
  }

  /** The clock of deadlines. */
  InstantSource monotonic() {
    return ground.store().clocks().monotonic();
  }

  private Result<List<Lease<T>>> await(Waiter<T> waiter, Duration wait)
      throws InterruptedException {
    if (closed) return Result.err(closedError());
    return Result.ok(leasing.await(waiter, wait));
  }

  /** What nobody will work on goes back, uncharged; on the writer thread or a worker's. */
  private void giveBack(List<Lease<T>> leases) {
    if (leases.isEmpty()) return;
    var release =
        leases.stream().map(lease -> new Settlement<>(lease, new Disposition.Release())).toList();
    var op = Op.settle("queue.giveback", tx -> settling.settleAll(tx, release));
    var taken = ground.store().submit(op, _ -> {});
    if (!taken) LOG.log(Level.WARNING, "{0} leases must run out: the store is full", leases.size());
  }

  private Result<Long> mark(Target what, Audit by, boolean paused) throws InterruptedException {
    LOG.log(
        Level.INFO,
        "{0} {1}: queue={2} actor={3} reason={4}",
        paused ? "paused" : "resumed",
        what,
        ground.options().name(),
        by.actor(),
        by.reason());
    return ground
        .store()
        .submit(
            Op.record(
                "queue.pause",
                tx -> {
                  switch (what) {
                    case Target.Queue() -> {
                      LaneTable.pauseQueue(tx, ground.qid(), paused, by);
                      ground.lanes().pause(tx, paused);
                    }
                    case Target.OneLane(var lane) -> {
                      var state = ground.lanes().getOrAdd(tx, lane);
                      state.set(tx, state.counts().paused(paused));
                      LaneTable.pausedBy(tx, state.lid(), paused ? by.actor() : "");
                    }
                  }
                  return JobTable.add(tx, audit(what, by, paused));
                }));
  }

  private JobTable.Row audit(Target what, Audit by, boolean paused) {
    var kind = paused ? Job.Kind.PAUSE : Job.Kind.RESUME;
    var facts = new TreeMap<>(Map.of("queue", ground.options().name()));
    if (what instanceof Target.OneLane(var lane)) facts.put("lane", lane.toString());
    var text = Text.headers(facts).utf8();
    var done = new Job(0, kind, text, 1, Job.State.DONE, by, ground.wall());
    return new JobTable.Row(done, 0, 0);
  }

  private static LaneStats stats(LaneState state) {
    var counts = state.published();
    return new LaneStats(
        state.lane(),
        counts.ready(),
        counts.delayed(),
        counts.leased(),
        counts.dead(),
        counts.bytes(),
        counts.paused(),
        counts.hold());
  }

  private MeshError closedError() {
    return QueueErrors.closed(ground.options().name());
  }
}
