package dev.meshkit.runtime;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;

/** Runs the fixed set of loops of a node; the first failure stops the others, cleanly. */
public final class Loops {
  private Loops() {}

  /**
   * A loop and the name of its thread.
   *
   * @param name shown in thread dumps and in {@code loop_turns_total}
   * @param body runs until it is interrupted; returning or throwing ends the node
   */
  public record Loop(String name, Body body) {}

  /** True; loading this class fails on a JVM without the preview API it needs. */
  public static boolean isAvailable() {
    return true;
  }

  /** What a loop does. */
  @FunctionalInterface
  public interface Body {
    /** Runs until interrupted. */
    void run() throws Exception;
  }

  /**
   * Forks each loop on a virtual thread and blocks until all have returned, one has failed, or the
   * caller is interrupted. A failure interrupts and awaits the rest, and comes out as the cause of
   * an {@link IllegalStateException} that names the loop.
   */
  public static void run(List<Loop> loops) throws InterruptedException {
    try (var scope =
        StructuredTaskScope.open(
            Joiner.<Void>awaitAllSuccessfulOrThrow(), cf -> cf.withName("loops"))) {
      loops.forEach(loop -> scope.fork(named(loop)));
      scope.join();
    } catch (StructuredTaskScope.FailedException failed) {
      throw new IllegalStateException("a loop of the node failed", failed.getCause());
    }
  }

  private static Callable<Void> named(Loop loop) {
    return () -> {
      Thread.currentThread().setName(loop.name());
      try {
        loop.body().run();
        return null;
      } catch (Exception failure) {
        throw new IllegalStateException("loop '" + loop.name() + "' failed: " + failure, failure);
      }
    };
  }
}
