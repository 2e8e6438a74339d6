package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Until when the work at hand is wanted. Bound by {@link Timeout}; nested ones only shorten it.
 * When it is over the work is interrupted, so most need not ask; who passes work on to where no
 * interruption reaches asks how long is left.
 *
 * @param budget the whole time that ends then
 * @param monotonicAt the instant, of the clock {@code monotonic}
 * @param monotonic that clock
 */
public record Deadline(Duration budget, Instant monotonicAt, InstantSource monotonic) {
  private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  /**
   * The deadline of the calling thread's work, if it has one; forks and mapConcurrent's calls
   * inherit it.
   */
  public static Optional<Deadline> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** How long is left, never negative. */
  public Duration left() {
    var left = Duration.between(monotonic.instant(), monotonicAt);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The sooner of this budget's end and the deadline that holds already. */
  static Deadline within(Duration budget, InstantSource monotonic) {
    var mine = new Deadline(budget, Timing.after(monotonic.instant(), budget), monotonic);
    return current().filter(held -> held.left().compareTo(mine.left()) < 0).orElse(mine);
  }

  /**
   * A call whose work is wanted for so long, or for as long as its caller's is, if that is less. It
   * only tells so: another thread sees to it that the work ends then.
   */
  public static <T, X extends Throwable> T during(
      Duration budget, ScopedValue.CallableOp<T, X> call) throws X {
    return ScopedValue.where(CURRENT, within(budget, Timing.system().monotonic())).call(call);
  }

  /** A call under this deadline. */
  <T> Callable<T> carry(Callable<T> call) {
    return () -> ScopedValue.where(CURRENT, this).call(call::call);
  }

  /** Runs a step under this deadline. */
  <T> Step<T> bind(Step<T> step) {
    return undo -> {
      try {
        return this.<Result<T>>carry(() -> step.run(undo)).call();
      } catch (InterruptedException | RuntimeException thrown) {
        throw thrown;
      } catch (Exception impossible) {
        throw new IllegalStateException("a step threw a checked exception", impossible);
      }
    };
  }
}
