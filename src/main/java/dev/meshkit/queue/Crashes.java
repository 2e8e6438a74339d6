package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * Processes that died holding a task. They fade: what has been well for long since is no suspect,
 * and begins to count anew. The history of a task's errors says when its last one was.
 */
final class Crashes {
  private Crashes() {}

  /** The task without those that have faded by then: the last of them is a window ago. */
  static TaskRow faded(TaskRow row, Instant wall, Duration window) {
    if (row.crash() <= 0) return row;
    var errors = Text.errors(row.errors());
    var last =
        errors.stream()
            .filter(error -> error.code().equals(QueueErrors.CRASHED))
            .map(AttemptError::wall)
            .max(Comparator.naturalOrder())
            // older than the oldest that is remembered, of which there is a bound
            .or(() -> errors.stream().map(AttemptError::wall).min(Comparator.naturalOrder()));
    var isLongAgo = last.isPresent() && last.get().isBefore(wall.minus(window));
    return isLongAgo ? row.after(row.attempt(), 0, row.errors()) : row;
  }
}
