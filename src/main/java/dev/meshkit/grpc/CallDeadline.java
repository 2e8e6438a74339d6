package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Until when a call may take: the sooner of its own deadline and its context's.
 *
 * @param value absent = for ever
 */
record CallDeadline(@Nullable Deadline value) {
  static CallDeadline of(CallOptions options, Context context) {
    var own = options.getDeadline();
    var outer = context.getDeadline();
    if (own == null || outer == null) return new CallDeadline(own == null ? outer : own);
    return new CallDeadline(own.minimum(outer));
  }

  boolean hasPassed() {
    return value != null && value.isExpired();
  }

  /** Runs {@code passed}, on a thread of its own, when it passes; absent if it never does. */
  @Nullable Future<?> watch(Runnable passed) {
    if (value == null) return null;
    var left = value.timeRemaining(TimeUnit.NANOSECONDS);
    return Deadlines.ALL.schedule(passed, left, TimeUnit.NANOSECONDS);
  }

  /**
   * A deadline that has passed explains every failure better than the failure itself, whatever its
   * code; only what the server said itself counts for more (T8).
   */
  ResponseReader.End explain(ResponseReader.End end) {
    var told = end.status().getCode() == Status.Code.DEADLINE_EXCEEDED;
    if (end.complete() || told || !hasPassed()) return end;
    return ResponseReader.End.incomplete(
        Status.DEADLINE_EXCEEDED.withDescription(
            "the deadline passed: " + end.status().getDescription()));
  }
}
