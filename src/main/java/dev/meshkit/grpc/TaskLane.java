package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A lane on an application's executor: one task a burst. Where the executor takes none, a virtual
 * thread runs it: the call must go on to its end.
 */
final class TaskLane implements Lane {
  private static final System.Logger LOG = System.getLogger(TaskLane.class.getName());

  private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wakes = new AtomicInteger(); // unanswered; 0 = no task is out
  private volatile Executor executor;
  private boolean moved; // the lane's
  private boolean told; // that the executor threw; of whoever dispatches, one at a time

  TaskLane(Executor executor) {
    this.executor = executor;
  }

  /** Has every later burst run on another executor. Called from an event of this lane. */
  void moveTo(Executor next) {
    executor = next;
    moved = true;
  }

  @Override
  public void put(Runnable event) {
    events.add(event);
  }

  @Override
  public void wake() {
    if (wakes.getAndIncrement() == 0) dispatch();
  }

  /** Callbacks of a direct executor belong on the event loop, within the turn. */
  @Override
  @SuppressWarnings("ReferenceEquality") // it is one object
  public boolean isDirect() {
    return executor == MoreExecutors.directExecutor();
  }

  @Override
  public void end() {}

  private void dispatch() {
    var burst = new Burst();
    try {
      executor.execute(burst);
    } catch (RejectedExecutionException shutDown) {
      Thread.startVirtualThread(burst);
    } catch (RuntimeException | Error failure) { // a pool that can start no thread throws an Error
      if (!told) LOG.log(System.Logger.Level.ERROR, "an executor threw; its call goes on", failure);
      told = true;
      Thread.startVirtualThread(burst);
    }
  }

  /** Runs once, though a pool may keep the task and throw because it has no thread for it. */
  private final class Burst implements Runnable {
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) burst();
    }
  }

  private void burst() {
    var answered = wakes.get();
    while (answered != 0) {
      for (var event = events.poll(); event != null; event = events.poll()) {
        Lane.perform(event);
        if (moved) {
          moved = false;
          dispatch();
          return;
        }
      }
      answered = wakes.addAndGet(-answered);
    }
  }
}
