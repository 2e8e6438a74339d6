package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.dedup}: how long the queue knows a task again.
 *
 * @param window how long a dedup key is remembered after its task has left, by the queue clock, 0 –
 *     30 d, default 0: no longer than the task lives; each key costs a small row for so long
 */
public record QueueDedupConfig(Duration window) {
  /** Checks the range. */
  public QueueDedupConfig {
    Rules.of("queue.dedup").range("window", window, Duration.ZERO, Duration.ofDays(30)).check();
  }

  /** The defaults. */
  public static QueueDedupConfig defaults() {
    return new QueueDedupConfig(Duration.ZERO);
  }

  /** This, with another window. */
  public QueueDedupConfig withWindow(Duration window) {
    return new QueueDedupConfig(window);
  }
}
