package dev.meshkit.config;

/**
 * Section {@code queue.limit}: how much may wait. A full queue refuses with {@code
 * error.queue.full}; what it has accepted is not touched.
 *
 * @param tasks tasks in the whole queue, 1 – 10^9, default 10,000,000
 */
public record QueueLimitConfig(long tasks) {
  /** Checks the range. */
  public QueueLimitConfig {
    Rules.of("queue.limit").range("tasks", tasks, 1, 1_000_000_000L).check();
  }

  /** The defaults. */
  public static QueueLimitConfig defaults() {
    return new QueueLimitConfig(10_000_000);
  }

  /** This, with another number of tasks. */
  public QueueLimitConfig withTasks(long tasks) {
    return new QueueLimitConfig(tasks);
  }
}
