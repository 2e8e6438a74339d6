package dev.meshkit.runtime;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
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

  /**
   * How a gathering goes about it.
   *
   * @param name of the scope, for thread dumps
   * @param timeout after which it is undecided; {@link #FOREVER} for none
   * @param watch who is told when it is over but its stragglers have not ended
   */
  public record Round(String name, Duration timeout, Watch watch) {
    /** No timeout. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
  }

  /** Told on the caller's thread, before the stragglers are awaited. */
  public interface Watch {
    /** Decided or timed out; the stragglers were interrupted. May wait for them for a while. */
    void decided();

    /** The caller was interrupted; the stragglers will be as soon as this returns. */
    void interrupted();
  }

  /**
   * As {@link #gather(String, Duration, Tally, Collection)}; the tally is returned as it is when
   * every fork has ended, so one that must not change after its decision sees to that itself.
   */
  public static <R, T extends Tally<R, T>> T gather(
      Round round, T start, Collection<? extends Callable<R>> asks) throws InterruptedException {
    if (asks.isEmpty()) return start;
    var fold = new Fold<R, T>(start);
    try (var scope = StructuredTaskScope.open(fold, cf -> settings(cf, round))) {
      asks.forEach(scope::fork);
      join(scope, round.watch());
    }
    return fold.result();
  }

  private static StructuredTaskScope.Configuration settings(
      StructuredTaskScope.Configuration cf, Round round) {
    var named = cf.withName(round.name());
    return round.timeout().equals(Round.FOREVER) ? named : named.withTimeout(round.timeout());
  }

  private static void join(StructuredTaskScope<?, ?> scope, Watch watch)
      throws InterruptedException {
    try {
      scope.join();
      watch.decided();
    } catch (StructuredTaskScope.TimeoutException _) {
      watch.decided(); // undecided is an answer
    } catch (InterruptedException cancelled) {
      watch.interrupted();
      throw cancelled;
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
