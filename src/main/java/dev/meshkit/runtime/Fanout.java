package dev.meshkit.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;

/**
 * Forks a known set of asks, folds the replies into a {@link Tally}, stops as soon as it is
 * decided.
 */
public final class Fanout {
  private Fanout() {}

  /**
   * Asks everyone at once, each on a virtual thread. Undecided at the timeout is an answer, not an
   * error. Returns only after every fork has ended; stragglers are interrupted.
   */
  public static <R, T extends Tally<R, T>> T gather(
      String name, Duration timeout, T start, Collection<? extends Callable<R>> asks)
      throws InterruptedException {
    var fold = new Fold<R, T>(start);
    try (var scope = StructuredTaskScope.open(fold, cf -> cf.withName(name).withTimeout(timeout))) {
      asks.forEach(scope::fork);
      return scope.join();
    } catch (StructuredTaskScope.TimeoutException _) {
      return fold.result();
    }
  }

  /** As {@link #gather(String, Duration, Tally, Collection)}, for as long as it takes. */
  public static <R, T extends Tally<R, T>> T gather(
      String name, T start, Collection<? extends Callable<R>> asks) throws InterruptedException {
    if (asks.isEmpty()) return start;
    try (var scope = StructuredTaskScope.open(new Fold<R, T>(start), cf -> cf.withName(name))) {
      asks.forEach(scope::fork);
      return scope.join();
    }
  }

  private static final class Fold<R, T extends Tally<R, T>> implements Joiner<R, T> {
    private T tally; // guarded by this: forks complete concurrently

    Fold(T start) {
      tally = start;
    }

    @Override
    public synchronized boolean onComplete(Subtask<? extends R> done) {
      tally =
          done.state() == Subtask.State.SUCCESS
              ? tally.with(done.get())
              : tally.without(done.exception());
      return tally.decided();
    }

    @Override
    public synchronized T result() {
      return tally;
    }
  }
}
