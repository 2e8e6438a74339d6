package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tasks of one queue that are never lost: ready, leased, settled or dead, in lanes.
 *
 * <pre>
 * enqueue ──► READY ── lease: fence = next, attempt + 1 ──► LEASED ─┬─ Ack ─► gone
 *   later ──► DELAYED ─ due ─► READY                                ├─ Retry ─► DELAYED, charged; at the last attempt dead
 * ttl over at lease or head ─► dead EXPIRED, or dropped             ├─ Snooze ─► DELAYED; Release ─► READY: not charged
 * checksum or codec fails ─► dead CORRUPT                           ├─ Poison ─► dead PERMANENT
 * cancel ─► gone, audited                                           ├─ deadline passed ─► as Retry
 *                                                                   └─ process died ─► at start READY, charged, crash + 1
 * </pre>
 *
 * <p>Thread-safe. Within a transaction's work call only {@link #enqueueIn} and what does not block:
 * whatever would wait for the transaction that it is called in is an {@link IllegalStateException}.
 * A call blocks for one commit at most unless it says otherwise, and belongs on a virtual thread.
 * Interrupting one abandons its answer, not what it does. A closed queue answers {@code
 * error.taskqueue.disposed} to whatever is asked of it or of its {@link #poison}, and so do calls
 * that wait as it closes, except that workers and readers of the dead go home with nothing; {@link
 * #awaitRelief} is true at once, and its numbers stay what they were. Besides those named here
 * there are those of the store: {@code error.store.busy}, {@code error.store.full}, {@code
 * error.store.read_only}, {@code error.store.overloaded} and {@code error.store.closed} (nothing
 * happened), {@code error.store.unknown} (it may have happened: repeat an enqueue only with a dedup
 * key).
 *
 * @param <T> what tasks carry
 */
public sealed interface SafeTaskQueue<T> extends AutoCloseable permits DurableQueue, MemoryQueue {
  /**
   * Opens a queue in a file of its own, without a mesh; both are made at the first time. Closing
   * the queue closes the file. Leases of an earlier process are ready at once, charged, and what a
   * redrive, purge or cancel had left goes on. Errors as of {@link QueueFile#open}, which is also
   * the way to have several queues, or tables of one's own, in one file.
   */
  static <T> Result<SafeTaskQueue<T>> open(Path file, QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    return DurableQueue.open(file, options, codec).map(queue -> queue);
  }

  /**
   * Opens a queue in a store, making it at the first time. Leases of older boots are ready at once,
   * charged, and what a redrive, purge or cancel had left goes on. Once a process: two open queues
   * of one name in one store would not see each other.
   */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  static <T> Result<SafeTaskQueue<T>> open(Store store, QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    return DurableQueue.open(store, options, codec).map(queue -> queue);
  }

  /**
   * A queue in memory, on this machine's clocks: for tests, and for work that may be lost with the
   * process. It keeps every promise but that one, has no SQL ({@link LocalTx#update} fails in it),
   * counts no meters, and cannot tell a machine that stood still from a silent worker.
   */
  static <T> SafeTaskQueue<T> inMemory(QueueOptions options, TaskCodec<T> codec) {
    return new MemoryQueue<>(options, codec, Clocks.system());
  }

  /**
   * The same on other clocks, which may stand still; it looks at them whenever it is called.
   *
   * @param wall for timestamps and {@link When.At}
   * @param monotonic for everything else
   */
  static <T> SafeTaskQueue<T> inMemory(
      QueueOptions options, TaskCodec<T> codec, InstantSource wall, InstantSource monotonic) {
    return new MemoryQueue<>(options, codec, new Clocks(wall, monotonic));
  }

  /** Its rules. */
  QueueOptions options();

  /**
   * Adds a task; durable when it returns Ok. At a limit it does what {@link QueueOptions.Capacity}
   * says, and may block so long. {@code error.queue.full}, {@code error.validation}. One that was
   * interrupted is repeated with the same dedup key: it is Accepted, or a Duplicate.
   */
  Result<Enqueued> enqueue(TaskSpec<T> task) throws InterruptedException;

  /** Adds all of them or none, in order; otherwise as {@link #enqueue}. */
  Result<List<Enqueued>> enqueueAll(List<TaskSpec<T>> tasks) throws InterruptedException;

  /**
   * Adds a task in the caller's transaction: it commits or vanishes with it. Never blocks. What is
   * wrong with the task, or a full queue, is a {@link MeshException}: it undoes the caller's work
   * too.
   *
   * @throws IllegalArgumentException if the transaction is not of this queue's own file
   */
  Enqueued enqueueIn(LocalTx tx, TaskSpec<T> task);

  /**
   * At most {@code max} tasks of any lane; empty when there are none within {@code wait}, for which
   * it blocks at most, and one commit, or when the queue is closed meanwhile. A store that fails
   * meanwhile, or has failed, is an error. Of a STRICT lane its head alone, and only while nobody
   * holds another of its tasks. Interrupted, it leaves no lease behind. {@code error.validation}
   * for less than 1.
   */
  Result<List<Lease<T>>> lease(int max, Duration wait) throws InterruptedException;

  /** The next tasks of one lane in order, at most {@code max}: a run for one holder. */
  Result<List<Lease<T>>> leaseLane(Lane lane, int max, Duration wait) throws InterruptedException;

  /**
   * What follows in the lane of {@code held}, in order, for its holder: its run grows by at most
   * {@code max}, and up to the lane's window. Empty if there is nothing to lease now, or if that
   * lease is over. Blocks for one commit. {@code error.validation} for less than 1.
   */
  Result<List<Lease<T>>> leaseMore(Lease<T> held, int max) throws InterruptedException;

  /**
   * Ends a lease; {@link Settled.Stale}, and nothing else happened, if it is no longer this
   * worker's. Application work that throws is {@code error.store.op} and leaves the lease valid.
   */
  Result<Settled> settle(Lease<T> lease, Disposition said) throws InterruptedException;

  /** Ends many leases in one transaction, in order. */
  Result<List<Settled>> settleAll(List<Settlement<T>> many) throws InterruptedException;

  /**
   * {@link #settleAll} of leases of one lane, and at most {@code max} more of that lane for their
   * holder, in the same commit where there is one. {@code held} is another lease of his in it, if
   * he has one. Where that yields no lease, for whatever reason, the settlements stand all the
   * same.
   */
  default Result<Exchanged<T>> exchange(
      List<Settlement<T>> many, Lane lane, Optional<Lease<T>> held, int max)
      throws InterruptedException {
    var settled = settleAll(many);
    if (!(settled instanceof Result.Ok<List<Settled>>(var all))) return settled.cast();
    var more = held.isPresent() ? leaseMore(held.get(), max) : leaseLane(lane, max, Duration.ZERO);
    return Result.ok(new Exchanged<>(all, more.or(List.of())));
  }

  /**
   * Says that the worker is alive; how long the lease now holds, always more than nothing. No I/O.
   * {@code error.taskqueue.lease_inactive} when it is no longer this worker's, or {@code maxRun} is
   * over.
   */
  Result<Duration> heartbeat(Lease<T> lease);

  /**
   * Blocks until a task is acknowledged or dead: {@code Done} or {@code Dead}; {@code Superseded};
   * {@code Dropped} for want of room; {@code Dead} without a number if it was dropped, EXPIRED, or
   * canceled, OPERATOR. {@code error.timeout} when {@code wait} is over; the task goes on. A waiter
   * learns how it ends. Who asks later learns it from the tables or, as long as the queue is open:
   *
   * <ul>
   *   <li>of one that was removed from the dead, by a purge, the retention, or a redrive as a new
   *       task, which has another number, that it is {@code Dead} with the number that it had
   *       there; of one that was canceled or dropped for want of room, that it was. The last 4,096
   *       of all these are remembered. Up to the highest number that was forgotten of them no end
   *       is guessed: {@code error.not_found} for each that is in no table;
   *   <li>of the last 4,096 that were superseded or dropped, EXPIRED, that they were; earlier ones
   *       show as {@code Done}, as does all that left the tables before the queue was opened.
   * </ul>
   */
  Result<Settled> await(TaskId id, Duration wait) throws InterruptedException;

  /**
   * Removes the tasks that the filter names, whether they wait or are leased, for good: they are
   * neither acknowledged nor dead, and whoever held one finds its lease {@link Settled.Stale}. How
   * many there were. Never one that was added after this began. Blocks until it has ended, 128
   * tasks a commit; interrupted or killed, it goes on, at the next start too. {@code
   * error.validation} without a reason, {@code error.precondition} while 16 jobs are under way.
   */
  Result<Integer> cancel(TaskFilter which, Audit by) throws InterruptedException;

  /**
   * Ends the tasks that a worker of the lane could lease now, in their order, at most {@code max}
   * of them and 4 MiB: they are dead for what {@code why} says, which is asked within the
   * transaction, once, and must not block; nothing ends if it is empty. Who could never be served
   * is ended so: a task that no worker has had gets no number in its lane, nor is any attempt
   * charged. How many there were; 0 while the lane is paused, or somebody has a task of a STRICT
   * lane. Blocks for the commit.
   */
  Result<Integer> expel(Lane lane, int max, Supplier<Optional<MeshError>> why)
      throws InterruptedException;

  /**
   * Leases nothing of the target until it is resumed; survives restarts and names its actor. What
   * is leased already goes on. The number under which it stands in the audit. {@code
   * error.validation} without a reason.
   */
  Result<Long> pause(Target what, Audit by) throws InterruptedException;

  /**
   * Ends a pause. The number under which it stands in the audit. {@code error.validation} without a
   * reason.
   */
  Result<Long> resume(Target what, Audit by) throws InterruptedException;

  /**
   * Has a lane give {@code weight} tasks (≥ 1; 1 at first) where others of its class give as many
   * as they weigh. Survives restarts, and stands in the audit. {@code error.validation} for less
   * than 1, or without a reason.
   */
  Result<Unit> weigh(Lane lane, int weight, Audit by) throws InterruptedException;

  /**
   * Whom this lane key stands for can be reached again: if its tasks are left alone because that
   * failed ({@link dev.meshkit.api.Disposition.Unreachable}), one is let through at once. No I/O.
   */
  void linkUp(String laneKey);

  /**
   * Blocks while the pressure is high, {@code wait} at most; false if it still is. True of a queue
   * that is closed: its enqueues say so. Producers that can hold back call it before they produce:
   * see {@link QueueOptions.Capacity}. No I/O.
   */
  boolean awaitRelief(Duration wait) throws InterruptedException;

  /** The queue in numbers, as of the last commit. No I/O. */
  QueueStats stats();

  /** One lane in numbers, as of the last commit; empty if it never held anything. No I/O. */
  Optional<LaneStats> stats(Lane lane);

  /** How each lane moves: what comes and what leaves, by class and key. No I/O. */
  List<LaneFlow> flows();

  /** What is at the front of each lane that has live tasks. Blocks for one read. */
  Result<List<LaneFront>> fronts() throws InterruptedException;

  /** The next number a lane will give, for the far side to compare with what it has. No I/O. */
  long nextOrigin(Lane lane);

  /** The dead. */
  PoisonQueue poison();

  /** Whether nothing can be settled any more in this life: it or its store is closed, or failed. */
  boolean isOver();

  /** The clock of lease deadlines, for those that plan by them, as a pump does. */
  InstantSource monotonic();

  /**
   * Leases nothing more, sends waiting workers home, and gives back, uncharged, what is leased: a
   * clean stop is nobody's crash. Closes the file too if it was opened with this queue alone.
   * Idempotent; blocks for a few commits.
   */
  @Override
  void close();
}
