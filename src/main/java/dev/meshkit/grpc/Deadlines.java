package dev.meshkit.grpc;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Wakes up what has a deadline: timed by a pool of its own, which nobody else can keep busy as
 * anybody can the JDK's common one, run on a virtual thread each, since it may call an
 * application's listeners, and those may block. It is never shut down.
 */
final class Deadlines extends AbstractExecutorService implements ScheduledExecutorService {
  /** The one there is: it has no state of its own. */
  static final Deadlines ALL = new Deadlines();

  private static final ForkJoinPool TIMER = new ForkJoinPool(1);

  private Deadlines() {}

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return TIMER.schedule(() -> execute(task), delay, unit);
  }

  @Override
  public void execute(Runnable task) {
    Thread.ofVirtual().name("meshkit-deadline").start(task);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("deadlines have no result");
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("deadlines do not repeat");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("deadlines do not repeat");
  }

  @Override
  public void shutdown() {
    throw new UnsupportedOperationException("everybody's");
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw new UnsupportedOperationException("everybody's");
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
