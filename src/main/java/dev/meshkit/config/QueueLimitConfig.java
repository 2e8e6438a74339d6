package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.limit}: how much may wait. A full queue makes a sender wait, then refuses.
 *
 * @param tasks tasks in the whole queue, 1 – 10^9, default 10,000,000
 * @param bytes bytes of bodies in the whole queue, 64 KiB – 1 TiB, default 8 GiB
 * @param laneTasks tasks in one lane, at most {@code tasks}, default 1,000,000
 * @param laneBytes bytes in one lane, at most {@code bytes}, default 1 GiB
 * @param enqueueWait how long a sender waits for room before {@code error.queue.full}, 0 s – 10 m,
 *     default 5 s
 * @param inFlight messages sent to one peer and not yet answered, 1 – 65,536, default 1,024
 */
public record QueueLimitConfig(
    long tasks, long bytes, long laneTasks, long laneBytes, Duration enqueueWait, int inFlight) {
  /** Checks ranges and relations. */
  public QueueLimitConfig {
    Rules.of("queue.limit")
        .range("tasks", tasks, 1, 1_000_000_000L)
        .bytes("bytes", bytes, 64L << 10, 1L << 40)
        .range("lane_tasks", laneTasks, 1, 1_000_000_000L)
        .atLeast("tasks", tasks, "lane_tasks", laneTasks)
        .bytes("lane_bytes", laneBytes, 64L << 10, 1L << 40)
        .atLeast("bytes", bytes, "lane_bytes", laneBytes)
        .range("enqueue_wait", enqueueWait, Duration.ZERO, Duration.ofMinutes(10))
        .range("in_flight", inFlight, 1, 65_536)
        .check();
  }

  /** The defaults. */
  public static QueueLimitConfig defaults() {
    return new QueueLimitConfig(
        10_000_000, 8L << 30, 1_000_000, 1L << 30, Duration.ofSeconds(5), 1024);
  }

  /** This, with another number of tasks. */
  public QueueLimitConfig withTasks(long tasks) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }

  /** This, with another number of bytes. */
  public QueueLimitConfig withBytes(long bytes) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }

  /** This, with another number of tasks a lane. */
  public QueueLimitConfig withLaneTasks(long laneTasks) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }

  /** This, with another number of bytes a lane. */
  public QueueLimitConfig withLaneBytes(long laneBytes) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }

  /** This, with another wait. */
  public QueueLimitConfig withEnqueueWait(Duration enqueueWait) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }

  /** This, with another number in flight. */
  public QueueLimitConfig withInFlight(int inFlight) {
    return new QueueLimitConfig(tasks, bytes, laneTasks, laneBytes, enqueueWait, inFlight);
  }
}
