package dev.meshkit.runtime;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Forks a known set of asks, folds the replies into a {@link Tally}, stops as soon as it is
 * decided.
 *
 * <p>The deciding fork interrupts the others itself and then wakes the caller, which finds most of
 * them ended and needs no second waking, and which tells of those that go on.
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
    return gather(Round.unwatched(name, timeout), start, asks);
  }

  /** As {@link #gather(String, Duration, Tally, Collection)}, for as long as it takes. */
  public static <R, T extends Tally<R, T>> T gather(
      String name, T start, Collection<? extends Callable<R>> asks) throws InterruptedException {
    return gather(Round.unwatched(name, Round.FOREVER), start, asks);
  }

  /**
   * How a gathering goes about it.
   *
   * @param name of the scope, for thread dumps
   * @param timeout after which it is undecided; {@link #FOREVER} for none
   * @param patience how long an interrupted fork may take to end before {@code watch} is told;
   *     {@link Duration#ZERO} to tell nobody
   * @param watch who is told
   */
  public record Round(String name, Duration timeout, Duration patience, Watch watch) {
    /** No timeout. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /** A round whose stragglers are awaited and not told of. */
    public static Round unwatched(String name, Duration timeout) {
      return new Round(name, timeout, Duration.ZERO, _ -> {});
    }
  }

  /** Told of a fork that goes on though it was interrupted. */
  @FunctionalInterface
  public interface Watch {
    /** The fork at this place still runs; told once, on any thread, which it does not hold up. */
    void slow(int place);

    /** It is decided, timed out or cancelled; told once at most, before any fork is interrupted. */
    default void over() {}
  }

  /**
   * As {@link #gather(String, Duration, Tally, Collection)}, in full: what comes in after the
   * decision, the timeout or the caller's interruption changes the tally no more, and an ask that
   * yields null adds nothing to it.
   */
  public static <R, T extends Tally<R, T>> T gather(
      Round round, T start, Collection<? extends Callable<R>> asks) throws InterruptedException {
    if (asks.isEmpty()) return start;
    var forks = new Forks<R>(round, asks);
    var fold = new Fold<R, T>(start, forks);
    try (var scope = open(fold, forks, round.name())) {
      for (var fork : forks.all()) {
        if (forks.isOver()) break;
        scope.fork(fork);
      }
      join(scope, forks, round.timeout());
    }
    return fold.result();
  }

  private static <R, T extends Tally<R, T>> StructuredTaskScope<@Nullable R, T> open(
      Fold<R, T> fold, Forks<R> forks, String name) {
    return StructuredTaskScope.open(fold, cf -> cf.withName(name).withThreadFactory(forks));
  }

  /** Ends when all forks have; they are interrupted once, by whatever is first. */
  private static void join(StructuredTaskScope<?, ?> scope, Forks<?> forks, Duration timeout)
      throws InterruptedException {
    try {
      if (!forks.await(timeout)) forks.end();
    } catch (InterruptedException cancelled) {
      endAll(forks);
      joinEnded(scope);
      throw cancelled;
    }
    try (var _ = forks.watched()) {
      scope.join();
    } catch (InterruptedException cancelled) {
      endAll(forks);
      throw cancelled;
    }
  }

  private static void endAll(Forks<?> forks) {
    forks.end();
    forks.awaitStragglers(); // closing the scope would interrupt them a second time
  }

  /**
   * Joins a scope whose forks have ended: closing it unjoined would complain of a mistake of ours
   * in the caller's cancellation. Keeps an interruption that came meanwhile.
   */
  private static void joinEnded(StructuredTaskScope<?, ?> scope) {
    var interrupted = Thread.interrupted();
    try {
      scope.join();
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private static final class Fold<R, T extends Tally<R, T>> implements Joiner<@Nullable R, T> {
    private final AtomicReference<T> tally;
    private final Forks<R> forks;

    Fold(T start, Forks<R> forks) {
      this.tally = new AtomicReference<>(start);
      this.forks = forks;
    }

    /** False: what ends is for {@link Forks} to end. */
    @Override
    public boolean onComplete(Subtask<? extends @Nullable R> done) {
      try {
        if (!forks.isOver() && add(done).decided()) forks.end();
      } finally {
        forks.told(); // a tally that throws costs its reply, not the caller's return
      }
      return false;
    }

    private T add(Subtask<? extends @Nullable R> done) {
      while (true) {
        var now = result();
        if (now.decided()) return now;
        var more = more(now, done);
        if (tally.compareAndSet(now, more)) return more;
      }
    }

    private static <R, T extends Tally<R, T>> T more(T now, Subtask<? extends @Nullable R> done) {
      if (done.state() != Subtask.State.SUCCESS) return now.without(done.exception());
      var reply = done.get();
      return reply == null ? now : now.with(reply); // null: it did not begin, or has nothing to add
    }

    @Override
    public T result() {
      return Objects.requireNonNull(tally.get(), "a tally is never without a value");
    }
  }
}
