package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;

/**
 * One step with a budget of time.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, until the step has ended, also past the budget if it ignores
 *       its interruption.
 *   <li><b>At the bound</b>: when the budget is used up the step is interrupted, awaited and
 *       undone: {@link MeshError.TimedOut}.
 *   <li><b>Cancelled</b>: interrupted, the caller interrupts and awaits the step, undoes it, then
 *       throws {@link InterruptedException}.
 *   <li><b>Lost</b>: the value of a step that succeeds late, which is undone.
 * </ul>
 */
public final class Timeout {
  private Timeout() {}

  /**
   * Its result if it comes in time, else {@link MeshError.TimedOut}: then the step is interrupted,
   * awaited and undone, also if it succeeded late. A nested timeout only shortens an outer one, and
   * its error tells the budget that held; where nothing is left of the outer one the step does not
   * begin, so that a repetition is safe. A step that ignores interruption delays the return; it is
   * never abandoned.
   */
  public static <T> Result<T> of(Duration budget, Step<T> step) throws InterruptedException {
    return of("a step with a timeout", budget, step);
  }

  /** The same, and {@code tried} is what its error says was tried. */
  public static <T> Result<T> of(String tried, Duration budget, Step<T> step)
      throws InterruptedException {
    return Alone.run("timeout", undo -> of(undo, tried, budget, step));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<T> of(Compensation undo, Duration budget, Step<T> step)
      throws InterruptedException {
    return of(undo, "a step with a timeout", budget, step);
  }

  /** The same within a scope, and {@code tried} is what its error says was tried. */
  public static <T> Result<T> of(Compensation undo, String tried, Duration budget, Step<T> step)
      throws InterruptedException {
    if (!budget.isPositive()) throw new IllegalArgumentException("want a budget > 0: " + budget);
    var deadline = Deadline.within(budget, Timing.system().monotonic());
    var left = deadline.left();
    if (left.isZero()) return Result.err(MeshError.TimedOut.before(deadline.budget(), tried));
    var branch = new Branches<T>(Outcomes.Rule.TIMEOUT, undo, List.of(deadline.bind(step)));
    var replies = branch.run(left).replies();
    if (replies.isEmpty()) return branch.fail(new MeshError.TimedOut(deadline.budget(), tried));
    return switch (replies.getFirst().result()) {
      case Result.Ok<T>(var value) -> branch.stand(value);
      case Result.Err<T>(var error) -> branch.fail(error);
    };
  }
}
