package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;

/** Several steps at once, one of which is enough. Blocks until every fork has ended. */
public final class Race {
  private Race() {}

  /**
   * The first Ok; exactly one wins. The losers are interrupted, awaited and undone, also one that
   * succeeded late. All failed: the only error, or an aggregate in the order of the steps. Of nothing:
   * {@code error.validation}.
   */
  public static <T> Result<T> of(List<? extends Step<T>> steps) throws InterruptedException {
    return Alone.run("race", undo -> of(undo, steps));
  }

  /** The same within a scope that takes over the winner's compensations. */
  public static <T> Result<T> of(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    if (steps.isEmpty()) {
      return Result.err(
          MeshError.validation("a race", "it has no runners", "give it at least one step"));
    }
    var branches = new Branches<T>("race", undo, steps);
    var outcomes = branches.run(Outcomes.<T>of(Outcomes.Rule.RACE, steps.size()));
    if (!outcomes.bugs().isEmpty() || outcomes.first() < 0) {
      var failed = branches.undoAll();
      outcomes.rethrow();
      return Undone.err(outcomes.error().orElseThrow(), failed);
    }
    branches.keepOnly(outcomes.first());
    return outcomes.replies().get(outcomes.first());
  }
}
