package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Result;
import dev.meshkit.store.Store;
import java.time.Duration;
import java.util.List;

/**
 * Durable tasks of one queue: ready, leased, settled or dead, in lanes.
 *
 * <p>Thread-safe; every call may block for a commit and belongs on a virtual thread. A final class
 * until the memory queue of the simulator exists; then an interface with these methods.
 *
 * @param <T> what tasks carry
 */
@SuppressWarnings("DoNotCallSuggester") // until the bodies land
public final class SafeTaskQueue<T> implements AutoCloseable {
  private SafeTaskQueue() {}

  /** Opens a queue in a store, making it at the first time, and reclaims leases of older boots. */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public static <T> Result<SafeTaskQueue<T>> open(
      Store store, QueueOptions options, TaskCodec<T> codec) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Adds a task; durable when it returns Ok. */
  public Result<Enqueued> enqueue(TaskSpec<T> task) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Adds all of them or none, in order. */
  public Result<List<Enqueued>> enqueueAll(List<TaskSpec<T>> tasks) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Adds a task in the caller's transaction: it commits or vanishes with it. */
  public Enqueued enqueueIn(LocalTx tx, TaskSpec<T> task) {
    throw new UnsupportedOperationException();
  }

  /** At most {@code max} tasks of any lane; empty when there are none within {@code wait}. */
  public Result<List<Lease<T>>> lease(int max, Duration wait) throws InterruptedException {
    throw new InterruptedException();
  }

  /** The next tasks of one lane in order, at most {@code max}: a run for one holder. */
  public Result<List<Lease<T>>> leaseLane(Lane lane, int max, Duration wait)
      throws InterruptedException {
    throw new InterruptedException();
  }

  /** Ends a lease. */
  public Result<Settled> settle(Lease<T> lease, Disposition said) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Ends many leases in one transaction, in order. */
  public Result<List<Settled>> settleAll(List<Settlement<T>> many) throws InterruptedException {
    throw new InterruptedException();
  }

  /**
   * Says that the worker is alive; how long the lease now holds. No I/O. {@code
   * error.taskqueue.lease_inactive} when it is no longer this worker's.
   */
  public Result<Duration> heartbeat(Lease<T> lease) {
    throw new UnsupportedOperationException();
  }

  /** Leases nothing of the target until it is resumed; survives restarts. */
  public Result<dev.meshkit.api.Unit> pause(Target what, Audit by) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Ends a pause. */
  public Result<dev.meshkit.api.Unit> resume(Target what, Audit by) throws InterruptedException {
    throw new InterruptedException();
  }

  /** The queue in numbers, as of the last commit. No I/O. */
  public QueueStats stats() {
    throw new UnsupportedOperationException();
  }

  /** The dead. */
  public PoisonQueue poison() {
    throw new UnsupportedOperationException();
  }

  /** Leases nothing more and gives back, uncharged, what is leased. The store stays open. */
  @Override
  public void close() {}
}
