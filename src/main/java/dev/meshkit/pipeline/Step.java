package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One thing to do that may fail: it blocks, fails by returning {@code Err}, is cancelled by
 * interruption.
 *
 * <ul>
 *   <li><b>Who waits</b>: whoever runs it, for as long as it blocks.
 *   <li><b>At the bound</b>: it has none of its own: {@link Timeout} and {@link Retry} give it one.
 *   <li><b>Cancelled</b>: it is interrupted; it should end soon, and is awaited until it does.
 *   <li><b>Lost</b>: nothing that it registered with its scope.
 * </ul>
 *
 * @param <T> what it yields
 */
@FunctionalInterface
public interface Step<T> {
  /**
   * Does it, on the calling thread. What must be undone if something later fails is registered with
   * {@code undo}, which belongs to this step alone.
   *
   * @throws InterruptedException when cancelled; what was registered is undone by the combinator
   */
  Result<T> run(Compensation undo) throws InterruptedException;

  /** Work of one step: blocking, and interruptible. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    Result<T> run() throws InterruptedException;
  }

  /** A step that leaves nothing to undo. */
  static <T> Step<T> of(Work<T> work) {
    return _ -> work.run();
  }

  /**
   * A step out of code that throws. The named exceptions become {@code error.exception}; all others
   * are bugs and come out as they are.
   */
  static <T> Step<T> attempt(Callable<T> call, List<Class<? extends Exception>> named) {
    return _ -> {
      try {
        return Result.ok(call.call());
      } catch (InterruptedException cancelled) {
        throw cancelled;
      } catch (Exception thrown) {
        if (named.stream().anyMatch(kind -> kind.isInstance(thrown))) return Result.err(of(thrown));
        throw unexpected(thrown);
      }
    };
  }

  private static MeshError of(Exception thrown) {
    return new MeshError.Fault(
        "error.exception",
        "a step",
        thrown.toString(),
        "see the cause",
        Retry.SAFE_WITH_KEY,
        Map.of(),
        Optional.of(thrown));
  }

  private static RuntimeException unexpected(Exception thrown) {
    return thrown instanceof RuntimeException bug
        ? bug
        : new IllegalStateException("a step threw what it had not named: " + thrown, thrown);
  }
}
