package dev.meshkit.pipeline;

import static dev.meshkit.runtime.Fanout.Round.FOREVER;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;

/**
 * Several steps at once, one of which is enough. Blocks until every fork has ended. They begin in
 * order, none waiting for another; one that has not begun when there is a winner does not begin.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, until the losers have ended too; one that ignores its
 *       interruption delays it and is an event after a second.
 *   <li><b>At the bound</b>: beyond {@code limit} a runner waits for an earlier one to fail; after
 *       the winner none begins.
 *   <li><b>Cancelled</b>: interrupted, the caller interrupts and awaits all, undoes also what a
 *       winner did, then throws {@link InterruptedException}.
 *   <li><b>Lost</b>: the values of losers, which are undone; never the winner's.
 * </ul>
 */
public final class Race {
  private Race() {}

  /**
   * The first Ok; exactly one wins. The losers are interrupted, awaited and undone, also one that
   * succeeded late; what a loser throws after that changes nothing and is an event. All failed: the
   * only error, or an aggregate in the order of the steps. Of nothing: {@code error.validation}.
   */
  public static <T> Result<T> of(List<? extends Step<T>> steps) throws InterruptedException {
    return of(steps, Math.max(1, steps.size()));
  }

  /** The same, at most {@code limit} steps at once, begun in order. */
  public static <T> Result<T> of(List<? extends Step<T>> steps, int limit)
      throws InterruptedException {
    return Alone.run("race", undo -> of(undo, steps, limit));
  }

  /** The same within a scope that takes over the winner's compensations. */
  public static <T> Result<T> of(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    return of(undo, steps, Math.max(1, steps.size()));
  }

  /** The same within a scope, at most {@code limit} steps at once, begun in order. */
  public static <T> Result<T> of(Compensation undo, List<? extends Step<T>> steps, int limit)
      throws InterruptedException {
    if (steps.isEmpty()) {
      return Result.err(
          MeshError.validation("a race", "it has no runners", "give it at least one step"));
    }
    var branches = new Branches<T>(Outcomes.Rule.RACE, undo, steps, limit);
    var outcomes = branches.run(FOREVER);
    var winner = outcomes.decider();
    if (winner.isPresent()) return branches.stand(winner.get());
    return branches.fail(outcomes.error().orElseThrow());
  }
}
