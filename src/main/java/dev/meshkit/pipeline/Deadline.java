package dev.meshkit.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Until when the work at hand is wanted. Bound by {@link Timeout}; nested ones only shorten it.
 *
 * @param monotonicAt the instant, of the clock {@code monotonic}
 * @param monotonic that clock
 */
public record Deadline(Instant monotonicAt, InstantSource monotonic) {
  private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  /** The deadline of the calling thread's work, if it has one; forks inherit it. */
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
    var mine = new Deadline(monotonic.instant().plus(budget), monotonic);
    return current().filter(held -> held.left().compareTo(mine.left()) < 0).orElse(mine);
  }

  /** Runs a step under this deadline. */
  <T> Step<T> bind(Step<T> step) {
    return undo -> {
      try {
        return ScopedValue.where(CURRENT, this).call(() -> step.run(undo));
      } catch (InterruptedException | RuntimeException thrown) {
        throw thrown;
      } catch (Exception impossible) {
        throw new IllegalStateException("a step threw a checked exception", impossible);
      }
    };
  }
}
