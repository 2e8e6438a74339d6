package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;

/** Several steps at once, all of which are needed. Blocks until every fork has ended. */
public final class All {
  private All() {}

  /**
   * The values in the order of the steps, or the first error in time: then the others are
   * interrupted, awaited, and everything is undone. Of nothing: an empty list. What succeeds leaves
   * nothing to undo: its compensations are dropped.
   */
  public static <T> Result<List<T>> of(List<? extends Step<T>> steps) throws InterruptedException {
    return Alone.run("all", undo -> of(undo, steps));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<List<T>> of(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    var branches = new Branches<T>("all", undo, steps);
    var outcomes = branches.run(Outcomes.of(Outcomes.Rule.ALL, steps.size()));
    if (outcomes.first() < 0 && outcomes.bugs().isEmpty()) {
      branches.keepAll();
      return Result.ok(outcomes.values());
    }
    var failed = branches.undoAll();
    outcomes.rethrow();
    return outcomes.replies().get(outcomes.first()).recover(error -> Undone.err(error, failed)).cast();
  }

  /**
   * Like {@link #of(List)}, but no step is interrupted: all are awaited, and several errors come out
   * as one {@link MeshError.Aggregate} in the order of the steps.
   */
  public static <T> Result<List<T>> settled(List<? extends Step<T>> steps)
      throws InterruptedException {
    return Alone.run("settled", undo -> settled(undo, steps));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<List<T>> settled(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    var branches = new Branches<T>("settled", undo, steps);
    var outcomes = branches.run(Outcomes.of(Outcomes.Rule.SETTLED, steps.size()));
    var error = outcomes.error();
    if (error.isEmpty() && outcomes.bugs().isEmpty()) {
      branches.keepAll();
      return Result.ok(outcomes.values());
    }
    var failed = branches.undoAll();
    outcomes.rethrow();
    return Undone.err(error.orElseThrow(), failed);
  }
}
