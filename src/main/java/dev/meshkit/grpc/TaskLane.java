package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A lane on an application's executor: one task a burst. */
final class TaskLane implements Lane {
  private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wakes = new AtomicInteger(); // unanswered; 0 = no task is out
  private volatile Executor executor;
  private boolean moved; // the lane's

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
    try {
      executor.execute(this::burst);
    } catch (RejectedExecutionException shutDown) {
      Thread.startVirtualThread(this::burst); // the call must still be told that it is over
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
