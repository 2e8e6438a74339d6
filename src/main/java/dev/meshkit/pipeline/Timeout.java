package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;

/** One step with a budget of time. */
public final class Timeout {
  private Timeout() {}

  /**
   * Its result if it comes in time, else {@link MeshError.TimedOut}: then the step is interrupted,
   * awaited and undone, also if it succeeded late. A nested timeout only shortens an outer one. A
   * step that ignores interruption delays the return; it is never abandoned.
   */
  public static <T> Result<T> of(Duration budget, Step<T> step) throws InterruptedException {
    return Alone.run("timeout", undo -> of(undo, budget, Timing.system(), step));
  }

  /** The same within a scope, by given time. */
  public static <T> Result<T> of(
      Compensation undo, Duration budget, Timing timing, Step<T> step)
      throws InterruptedException {
    var deadline = Deadline.within(budget, timing.monotonic());
    var branch = new Branches<T>("timeout", undo, List.of(deadline.bind(step)));
    var outcome = branch.run(Outcomes.of(Outcomes.Rule.SETTLED, 1), deadline.left());
    var result = outcome.replies().get(0);
    if (result instanceof Result.Ok<T>) {
      branch.keepAll();
      return result;
    }
    var failed = branch.undoAll();
    outcome.rethrow();
    var error = result instanceof Result.Err<T>(var why) ? why : new MeshError.TimedOut(budget, "a step");
    return Undone.err(error, failed);
  }
}
