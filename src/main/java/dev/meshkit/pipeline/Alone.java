package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.Objects;

/** A step in a scope of its own, on the caller's thread. */
final class Alone {
  private Alone() {}

  /** A combinator without a scope of its caller's: it opens one, and drops what success leaves. */
  static <T> Result<T> run(String name, Step<T> step) throws InterruptedException {
    return within(Compensation.open(name), step);
  }

  /**
   * Runs it: the scope is kept if it succeeds, and undone at once if it does not. What could not be
   * undone is told beside the error, or suppressed in what was thrown; never instead of it.
   */
  static <T> Result<T> within(Compensation scope, Step<T> step) throws InterruptedException {
    var scopes = List.of(scope);
    Result<T> result;
    try {
      result = Objects.requireNonNull(step.run(scope), "a step's result");
    } catch (InterruptedException | RuntimeException | Error thrown) {
      Undoing.suppress(thrown, Compensation.undoTogether(scopes));
      throw thrown;
    }
    if (!(result instanceof Result.Err<T>(var error))) {
      Compensation.keepTogether(scopes);
      return result;
    }
    return Undoing.err(error, Compensation.undoTogether(scopes));
  }
}
