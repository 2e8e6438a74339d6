package dev.meshkit.pipeline;

import static dev.meshkit.runtime.Fanout.Round.FOREVER;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;

/**
 * Several steps at once, all of which are needed. Blocks until every fork has ended.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, until every fork has ended, also those that were interrupted.
 *   <li><b>At the bound</b>: beyond {@code limit} a step waits for an earlier one to end; one that
 *       decides lets none begin. The limit is of those that run: every step has its waiting thread
 *       from the start, so a long list is better taken in parts. Together they may leave {@link
 *       Compensation#MOST_ACTIONS} actions in a scope; more is a bug, and all is undone.
 *   <li><b>Cancelled</b>: interrupted, the caller interrupts and awaits every fork, undoes
 *       everything, then throws {@link InterruptedException}.
 *   <li><b>Lost</b>: nothing: a value is in the list, or what made it was undone; errors after the
 *       first stand in its details, 16 at most.
 * </ul>
 */
public final class All {
  /** How many later errors the first one tells of. */
  private static final int MOST_TOLD = 16;

  private All() {}

  /**
   * The values in the order of the steps, or the first error in time: then the others are
   * interrupted, awaited, and everything is undone; their own errors stand in its details under
   * {@code also}. Of nothing: an empty list. What succeeds leaves nothing to undo: its
   * compensations are dropped.
   */
  public static <T> Result<List<T>> of(List<? extends Step<T>> steps) throws InterruptedException {
    return of(steps, Math.max(1, steps.size()));
  }

  /** The same, at most {@code limit} steps at once, begun in order. */
  public static <T> Result<List<T>> of(List<? extends Step<T>> steps, int limit)
      throws InterruptedException {
    return Alone.run("all", undo -> of(undo, steps, limit));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<List<T>> of(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    return of(undo, steps, Math.max(1, steps.size()));
  }

  /** The same within a scope, at most {@code limit} steps at once, begun in order. */
  public static <T> Result<List<T>> of(Compensation undo, List<? extends Step<T>> steps, int limit)
      throws InterruptedException {
    var branches = new Branches<T>(Outcomes.Rule.ALL, undo, steps, limit);
    var outcomes = branches.run(FOREVER);
    var decider = outcomes.decider();
    if (decider.isEmpty()) return branches.stand(outcomes.values());
    return switch (decider.get().result()) {
      case Result.Err<T>(var error) -> branches.fail(told(error, branches, decider.get().index()));
      case Result.Ok<T> _ -> throw new IllegalStateException("an Ok does not decide All");
    };
  }

  /**
   * Like {@link #of(List)}, but no step is interrupted: all are awaited, and several errors come
   * out as one {@link MeshError.Aggregate} in the order of the steps.
   */
  public static <T> Result<List<T>> settled(List<? extends Step<T>> steps)
      throws InterruptedException {
    return Alone.run("settled", undo -> settled(undo, steps));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<List<T>> settled(Compensation undo, List<? extends Step<T>> steps)
      throws InterruptedException {
    var branches = new Branches<T>(Outcomes.Rule.SETTLED, undo, steps);
    var outcomes = branches.run(FOREVER);
    var error = outcomes.error();
    return error.isEmpty() ? branches.stand(outcomes.values()) : branches.fail(error.get());
  }

  private static MeshError told(MeshError error, Branches<?> branches, int decider) {
    var others = branches.others(decider, MOST_TOLD);
    if (others.isEmpty()) return error;
    return error.with("also", String.join(" | ", others.stream().map(MeshError::text).toList()));
  }
}
