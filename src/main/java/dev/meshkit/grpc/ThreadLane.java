package dev.meshkit.grpc;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lane with a virtual thread of its own, which lives as long as the call and parks between
 * bursts: a thread dump shows every call.
 *
 * <p>No wake-up is lost: the thread says that it is parked before it looks at the queue a last
 * time, and a producer looks at that flag after it has appended.
 */
final class ThreadLane implements Lane {
  private final String name;
  private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable Thread thread;
  private volatile boolean parked;
  private volatile boolean ended;

  /** A lane whose thread is called {@code name}; it starts with the first event. */
  ThreadLane(String name) {
    this.name = name;
  }

  @Override
  public void put(Runnable event) {
    events.add(event);
  }

  @Override
  public void wake() {
    if (running.compareAndSet(false, true)) {
      var fresh = Thread.ofVirtual().name(name).unstarted(this::loop);
      thread = fresh; // before it can park: whoever sees it parked must be able to unpark it
      fresh.start();
    } else if (parked) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void end() {
    ended = true;
    if (parked) LockSupport.unpark(thread);
  }

  private void loop() {
    while (true) {
      var event = events.poll();
      if (event != null) {
        Lane.perform(event);
      } else if (ended) {
        running.set(false);
        if (events.isEmpty() || !running.compareAndSet(false, true)) return;
      } else {
        park();
      }
    }
  }

  /**
   * An interrupt, left by an event or sent by whoever kept the thread of one, wakes this once and
   * means nothing: as long as the flag is set, parking would be spinning.
   */
  private void park() {
    parked = true;
    if (events.isEmpty() && !ended) {
      LockSupport.park(this);
      Thread.interrupted();
    }
    parked = false;
  }
}
