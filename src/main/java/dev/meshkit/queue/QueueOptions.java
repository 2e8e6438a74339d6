package dev.meshkit.queue;

import java.time.Duration;

/**
 * A queue's rules.
 *
 * @param name 1–64 characters
 * @param poisonQueue where its dead are listed; by default {@code <name>-poison}
 * @param mode the order of its lanes
 * @param maxAttempts deliveries in all, the first included; default 5
 * @param retry base and cap of the backoff; default 200 ms and 5 min
 * @param lease how long a worker may be silent; default 30 s
 * @param maxRun how long heartbeats can stretch a lease; default 10 min
 * @param crashMax deaths of processes that end a task; default 3
 * @param suspects leases at a time of tasks that saw a process die; default 4
 * @param laneWindow leases at a time in one lane; default 64
 * @param maxTasks live tasks; above it {@code error.queue.full}; default 10 million
 */
public record QueueOptions(
    String name,
    String poisonQueue,
    Mode mode,
    int maxAttempts,
    RetryPause retry,
    Duration lease,
    Duration maxRun,
    int crashMax,
    int suspects,
    int laneWindow,
    long maxTasks) {
  /** The order of a lane; {@link #number()} is the column, fixed by the format. */
  public enum Mode {
    /** In the order of enqueueing; a failure holds up what follows. */
    STRICT(0),
    /** Up to a window at once, in no order; a delayed task blocks nothing. */
    RELAXED(1);

    private final int number;

    Mode(int number) {
      this.number = number;
    }

    /** The number in the file. */
    int number() {
      return number;
    }
  }

  /** Checks each bound. */
  public QueueOptions {
    if (name.isEmpty() || name.length() > 64 || poisonQueue.isEmpty()) {
      throw new IllegalArgumentException("a queue's name has 1 to 64 characters: '" + name + "'");
    }
    if (maxAttempts < 1 || crashMax < 1 || suspects < 1 || laneWindow < 1 || maxTasks < 1) {
      throw new IllegalArgumentException("queue limits must be at least 1");
    }
    if (!lease.isPositive() || maxRun.compareTo(lease) < 0) {
      throw new IllegalArgumentException("want 0 < lease <= maxRun");
    }
  }

  /** The defaults: STRICT lanes, five attempts. */
  public static QueueOptions of(String name) {
    return new QueueOptions(
        name,
        name + "-poison",
        Mode.STRICT,
        5,
        RetryPause.DEFAULTS,
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        3,
        4,
        64,
        10_000_000);
  }

  /** The seed's MaxRetries: deliveries in all, the first included. */
  public QueueOptions maxAttempts(int attempts) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        attempts,
        retry,
        lease,
        maxRun,
        crashMax,
        suspects,
        laneWindow,
        maxTasks);
  }

  /** The seed's PoisonQueueName. */
  public QueueOptions poisonQueue(String poison) {
    return new QueueOptions(
        name,
        poison,
        mode,
        maxAttempts,
        retry,
        lease,
        maxRun,
        crashMax,
        suspects,
        laneWindow,
        maxTasks);
  }

  /** Lanes without order. */
  public QueueOptions relaxed() {
    return new QueueOptions(
        name,
        poisonQueue,
        Mode.RELAXED,
        maxAttempts,
        retry,
        lease,
        maxRun,
        crashMax,
        suspects,
        laneWindow,
        maxTasks);
  }

  /** Another backoff. */
  public QueueOptions retry(RetryPause pause) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        maxAttempts,
        pause,
        lease,
        maxRun,
        crashMax,
        suspects,
        laneWindow,
        maxTasks);
  }

  /** Another lease, and how long heartbeats can stretch it. */
  public QueueOptions lease(Duration time, Duration most) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        maxAttempts,
        retry,
        time,
        most,
        crashMax,
        suspects,
        laneWindow,
        maxTasks);
  }

  /** Other rules for tasks that were held by processes that died. */
  public QueueOptions crashes(int max, int parallel) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        maxAttempts,
        retry,
        lease,
        maxRun,
        max,
        parallel,
        laneWindow,
        maxTasks);
  }

  /**
   * For a queue whose workers only carry its tasks elsewhere and run nothing of theirs: a process
   * that dies holding one is no fault of the task's, so it charges nothing.
   */
  public QueueOptions carrier() {
    return crashes(Integer.MAX_VALUE, suspects);
  }

  /** Whether a crash charges nothing. */
  boolean isCarrier() {
    return crashMax == Integer.MAX_VALUE;
  }

  /** Another window. */
  public QueueOptions laneWindow(int window) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        maxAttempts,
        retry,
        lease,
        maxRun,
        crashMax,
        suspects,
        window,
        maxTasks);
  }

  /** Another limit of live tasks. */
  public QueueOptions maxTasks(long tasks) {
    return new QueueOptions(
        name,
        poisonQueue,
        mode,
        maxAttempts,
        retry,
        lease,
        maxRun,
        crashMax,
        suspects,
        laneWindow,
        tasks);
  }
}
