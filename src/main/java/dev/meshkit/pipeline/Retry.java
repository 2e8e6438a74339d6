package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;

/**
 * One step, tried until it succeeds, may not be repeated, or the policy is used up.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, for the attempts and the pauses between them.
 *   <li><b>At the bound</b>: the last error comes out when attempts or budget are used up; no pause
 *       begins that would end past the budget.
 *   <li><b>Cancelled</b>: interrupted in an attempt or a pause, it is undone and {@link
 *       InterruptedException} comes out; cancellation is not retried.
 *   <li><b>Lost</b>: the errors of earlier attempts; their deeds are undone before the next
 *       attempt.
 * </ul>
 */
public final class Retry {
  private Retry() {}

  /**
   * The first Ok, or the last error with {@code attempts} and {@code elapsed_ms} in its details. A
   * failed attempt is undone before the next begins. {@code NEVER}, {@code Canceled} and exceptions
   * are not retried. Blocks for the attempts and the pauses between them.
   */
  public static <T> Result<T> of(RetryPolicy policy, Step<T> step) throws InterruptedException {
    return Alone.run("retry", undo -> of(undo, policy, step));
  }

  /** The same within a scope that takes over the compensations of success. */
  public static <T> Result<T> of(Compensation undo, RetryPolicy policy, Step<T> step)
      throws InterruptedException {
    return of(undo, policy, Timing.system(), step);
  }

  /** The same within a scope, by given time and chance. */
  public static <T> Result<T> of(Compensation undo, RetryPolicy policy, Timing timing, Step<T> step)
      throws InterruptedException {
    var began = timing.monotonic().instant();
    for (var attempt = 1; ; attempt++) {
      var result = attempt(undo, attempt, step);
      if (!(result instanceof Result.Err<T>(var error))) return result;
      var pause = policy.pause(attempt, error, timing.chance());
      var elapsed = Duration.between(began, timing.monotonic().instant());
      var over = attempt >= policy.attempts() || elapsed.plus(pause).compareTo(policy.budget()) > 0;
      if (over || !policy.retries(error)) return Result.err(counted(error, attempt, elapsed));
      timing.sleep().spend(pause);
    }
  }

  /** One attempt in a scope of its own: kept if it succeeds, undone at once if it does not. */
  private static <T> Result<T> attempt(Compensation undo, int attempt, Step<T> step)
      throws InterruptedException {
    return Alone.within(undo.lend("attempt-" + attempt), step);
  }

  private static MeshError counted(MeshError error, int attempts, Duration elapsed) {
    return error
        .with("attempts", Integer.toString(attempts))
        .with("elapsed_ms", Long.toString(elapsed.toMillis()));
  }
}
