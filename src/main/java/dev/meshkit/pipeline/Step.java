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
    return attempt("calling what throws", call, named);
  }

  /**
   * The same, and {@code tried} is what its error says was tried. A named exception that came with
   * the thread's interruption, as a channel's does that was closed by it, is that interruption.
   */
  static <T> Step<T> attempt(
      String tried, Callable<T> call, List<Class<? extends Exception>> named) {
    return _ -> {
      try {
        return Result.ok(call.call());
      } catch (InterruptedException cancelled) {
        throw cancelled;
      } catch (Exception thrown) {
        if (named.stream().noneMatch(kind -> kind.isInstance(thrown))) throw unexpected(thrown);
        if (Thread.interrupted()) throw cancelled(thrown);
        return Result.err(of(tried, thrown));
      }
    };
  }

  private static InterruptedException cancelled(Exception thrown) {
    var cancelled = new InterruptedException(thrown.toString());
    cancelled.initCause(thrown);
    return cancelled;
  }

  private static MeshError of(String tried, Exception thrown) {
    return new MeshError.Fault(
        "error.exception",
        tried,
        thrown.toString(),
        "mend what threw it; its stack trace is the cause of this error",
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
