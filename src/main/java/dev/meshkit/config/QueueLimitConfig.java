package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.limit}: how much may wait. A full queue refuses with {@code
 * error.queue.full}; what it has accepted is not touched.
 *
 * @param tasks tasks in the whole queue, 1 – 10^9, default 10,000,000
 * @param bytes of their headers and bodies, 64 KiB – 1 TiB, default 8 GiB
 * @param laneTasks tasks for one peer, 1 – 10^9, default 1,000,000
 * @param laneBytes of their headers and bodies, 64 KiB – 1 TiB, default 1 GiB
 * @param onFull what a send does at a limit, default {@code block}
 * @param enqueueWait how long it waits for room when it blocks, 0 – 10 m, default 5 s
 */
public record QueueLimitConfig(
    long tasks, long bytes, long laneTasks, long laneBytes, OnFull onFull, Duration enqueueWait) {
  private static final long LEAST_BYTES = 64L << 10;
  private static final long MOST_BYTES = 1L << 40;

  /** Checks the ranges. */
  public QueueLimitConfig {
    Rules.of("queue.limit")
        .range("tasks", tasks, 1, 1_000_000_000L)
        .bytes("bytes", bytes, LEAST_BYTES, MOST_BYTES)
        .range("lane_tasks", laneTasks, 1, 1_000_000_000L)
        .bytes("lane_bytes", laneBytes, LEAST_BYTES, MOST_BYTES)
        .range("enqueue_wait", enqueueWait, Duration.ZERO, Duration.ofMinutes(10))
        .check();
  }

  /** The defaults. */
  public static QueueLimitConfig defaults() {
    return new QueueLimitConfig(
        10_000_000, 8L << 30, 1_000_000, 1L << 30, OnFull.BLOCK, Duration.ofSeconds(5));
  }

  /** This, with another number of tasks. */
  public QueueLimitConfig withTasks(long tasks) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, onFull, enqueueWait);
  }

  /** This, with other bytes. */
  public QueueLimitConfig withBytes(long bytes) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, onFull, enqueueWait);
  }

  /** This, with other limits of what waits for one peer. */
  public QueueLimitConfig withLane(long laneTasks, long laneBytes) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, onFull, enqueueWait);
  }

  /** This, with something else to do at a limit. */
  public QueueLimitConfig withOnFull(OnFull onFull, Duration enqueueWait) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, onFull, enqueueWait);
  }
}
