package dev.meshkit.queue;

import java.time.Duration;

/**
 * A queue's rules. Begin with {@link #of} and change what differs. Durations are cut at a hundred
 * years.
 *
 * @param name 1–64 characters
 * @param poisonQueue where its dead are listed; by default {@code <name>-poison}; under another
 *     name at a later opening, those that are dead already go with it
 * @param mode the order of its lanes
 * @param attempts how often a task is tried
 * @param leases how long a worker may hold one
 * @param capacity how much may wait
 * @param retention how long the dead are kept
 * @param dedupWindow how long a dedup key is remembered after its task has left, by the queue
 *     clock; default ZERO: no longer than the task lives. Each key costs a small row for so long
 * @param traceRows how many steps of tasks {@link Traces} keeps, for at most 24 h; default 0: none.
 *     Each is a small row in a transaction that is made anyway
 */
public record QueueOptions(
    String name,
    String poisonQueue,
    Mode mode,
    Attempts attempts,
    Leases leases,
    Capacity capacity,
    Retention retention,
    Duration dedupWindow,
    long traceRows) {
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

  /**
   * How often a task is tried.
   *
   * @param max deliveries in all, the first included; default 5
   * @param retry the pause between them; default 200 ms, growing to 5 min
   * @param crashMax deaths of processes that end a task; default 3
   * @param crashWindow how long a task must be well, by the wall clock, for its crashes to count no
   *     more; positive, default 72 h. Longer: a loop that takes days is still seen; shorter: stops
   *     that are no task's fault do not add up
   * @param suspects leases at a time of tasks that saw a process die; default 4
   * @param breaker when a lane key that cannot be reached is left alone; default 3 failures, 500 ms
   *     growing to 30 s
   */
  public record Attempts(
      int max,
      RetryPause retry,
      int crashMax,
      Duration crashWindow,
      int suspects,
      BreakerPause breaker) {
    /** Checks each bound. */
    public Attempts {
      if (max < 1 || crashMax < 1 || suspects < 1) {
        throw new IllegalArgumentException("attempts, crashes and suspects are at least 1");
      }
      if (!crashWindow.isPositive())
        throw new IllegalArgumentException("a crash window is positive, not " + crashWindow);
      crashWindow = Horizon.of(crashWindow);
    }

    private Attempts withMax(int most) {
      return new Attempts(most, retry, crashMax, crashWindow, suspects, breaker);
    }

    private Attempts with(RetryPause pause) {
      return new Attempts(max, pause, crashMax, crashWindow, suspects, breaker);
    }

    private Attempts with(BreakerPause pause) {
      return new Attempts(max, retry, crashMax, crashWindow, suspects, pause);
    }

    private Attempts withCrashes(int most, Duration window, int parallel) {
      return new Attempts(max, retry, most, window, parallel, breaker);
    }
  }

  /**
   * How long a worker may hold a task.
   *
   * @param time of silence; default 30 s
   * @param maxRun how long heartbeats can stretch it; default 10 min
   * @param window leases at a time in one lane; default 64
   */
  public record Leases(Duration time, Duration maxRun, int window) {
    /** Checks each bound. */
    public Leases {
      if (!time.isPositive() || maxRun.compareTo(time) < 0) {
        throw new IllegalArgumentException("want 0 < lease <= maxRun, not " + time + ", " + maxRun);
      }
      if (window < 1) throw new IllegalArgumentException("a lane's window is at least 1");
      time = Horizon.of(time);
      maxRun = Horizon.of(maxRun);
    }
  }

  /** What an enqueue does where there is no room. */
  public enum AtLimit {
    /** It waits for room, for a while. */
    BLOCK,
    /** It is refused at once. */
    REJECT,
    /** The oldest waiting tasks of its lane that have a coalesce key, any, are dropped for it. */
    DROP_OLDEST
  }

  /**
   * How much may wait. What comes back, and what dies, never waits for room.
   *
   * @param tasks live in the queue; default 10 million
   * @param bytes of their headers and bodies; default 8 GiB
   * @param laneTasks live in one lane; default 1 million
   * @param laneBytes of their bodies; default 1 GiB
   * @param atLimit what an enqueue does without room; default BLOCK
   * @param patience how long an enqueue waits for room before {@code error.queue.full}; ZERO
   *     rejects at once; default 5 s
   * @param highPercent of the limits, from which on the pressure is high; default 80
   * @param lowPercent of the limits, at or below which it is low again; default 50
   */
  public record Capacity(
      long tasks,
      long bytes,
      long laneTasks,
      long laneBytes,
      AtLimit atLimit,
      Duration patience,
      int highPercent,
      int lowPercent) {
    /** Checks each bound. */
    public Capacity {
      if (tasks < 1 || bytes < 1 || laneTasks < 1 || laneBytes < 1) {
        throw new IllegalArgumentException("limits of tasks and bytes are at least 1");
      }
      if (patience.isNegative())
        throw new IllegalArgumentException("patience is not negative: " + patience);
      patience = Horizon.of(patience);
      if (lowPercent < 0 || lowPercent >= highPercent || highPercent > 100) {
        throw new IllegalArgumentException(
            "want 0 <= low < high <= 100, not " + lowPercent + ", " + highPercent);
      }
    }

    /** Another limit of live tasks in the queue. */
    public Capacity withTasks(long most) {
      return new Capacity(
          most, bytes, laneTasks, laneBytes, atLimit, patience, highPercent, lowPercent);
    }

    /** Another limit of their bytes. */
    public Capacity withBytes(long most) {
      return new Capacity(
          tasks, most, laneTasks, laneBytes, atLimit, patience, highPercent, lowPercent);
    }

    /** Other limits of one lane. */
    public Capacity withLane(long mostTasks, long mostBytes) {
      return new Capacity(
          tasks, bytes, mostTasks, mostBytes, atLimit, patience, highPercent, lowPercent);
    }

    /** Blocks at the limit, for so long at most. */
    public Capacity blocking(Duration most) {
      return at(AtLimit.BLOCK, most);
    }

    /** Rejects at the limit. */
    public Capacity rejecting() {
      return at(AtLimit.REJECT, Duration.ZERO);
    }

    /** Drops at the limit. */
    public Capacity dropping() {
      return at(AtLimit.DROP_OLDEST, Duration.ZERO);
    }

    private Capacity at(AtLimit then, Duration most) {
      return new Capacity(tasks, bytes, laneTasks, laneBytes, then, most, highPercent, lowPercent);
    }

    /** Other levels of pressure. */
    public Capacity withPressure(int high, int low) {
      return new Capacity(tasks, bytes, laneTasks, laneBytes, atLimit, patience, high, low);
    }
  }

  /**
   * How long the dead are kept; beyond any of these the oldest go, counted.
   *
   * @param age default 14 days
   * @param rows default 100,000
   * @param bytes of their headers and bodies; default 256 MiB
   * @param redrives how often one may be brought back; default 5, 0 for never
   * @param knownFor how long from its enqueue on the receiver of a task is sure to know it again;
   *     one that may have been sent is leased again, or brought back, for no longer than that,
   *     since it would be applied twice; by default a hundred years, for a queue whose tasks go
   *     nowhere
   */
  public record Retention(Duration age, long rows, long bytes, int redrives, Duration knownFor) {
    /** Of a queue whose tasks go nowhere. */
    public Retention(Duration age, long rows, long bytes, int redrives) {
      this(age, rows, bytes, redrives, Horizon.FAR);
    }

    /** Checks each bound. */
    public Retention {
      if (!age.isPositive() || rows < 1 || bytes < 1) {
        throw new IllegalArgumentException("age, rows and bytes to keep are at least 1");
      }
      if (redrives < 0) throw new IllegalArgumentException("redrives is not negative: " + redrives);
      age = Horizon.of(age);
      knownFor = Horizon.of(knownFor);
    }
  }

  /** Checks the names. */
  public QueueOptions {
    if (name.isEmpty() || name.length() > 64 || poisonQueue.isEmpty()) {
      throw new IllegalArgumentException("a queue's name has 1 to 64 characters: '" + name + "'");
    }
    var _ = WellFormed.text("a queue's name", name);
    var _ = WellFormed.text("a poison queue's name", poisonQueue);
    if (dedupWindow.isNegative())
      throw new IllegalArgumentException("a window is not negative: " + dedupWindow);
    dedupWindow = Horizon.of(dedupWindow);
    if (traceRows < 0) throw new IllegalArgumentException("rows are not negative: " + traceRows);
  }

  /** The defaults: STRICT lanes, five attempts. */
  public static QueueOptions of(String name) {
    return new QueueOptions(
        name,
        name + "-poison",
        Mode.STRICT,
        new Attempts(5, RetryPause.DEFAULTS, 3, Duration.ofDays(3), 4, BreakerPause.DEFAULTS),
        new Leases(Duration.ofSeconds(30), Duration.ofMinutes(10), 64),
        new Capacity(
            10_000_000,
            8L << 30,
            1_000_000,
            1L << 30,
            AtLimit.BLOCK,
            Duration.ofSeconds(5),
            80,
            50),
        new Retention(Duration.ofDays(14), 100_000, 256L << 20, 5),
        Duration.ZERO,
        0);
  }

  /** The seed's MaxRetries: deliveries in all, the first included. */
  public QueueOptions maxAttempts(int most) {
    return with(attempts.withMax(most));
  }

  /** The seed's PoisonQueueName. */
  public QueueOptions poisonQueue(String poison) {
    return new QueueOptions(
        name, poison, mode, attempts, leases, capacity, retention, dedupWindow, traceRows);
  }

  /** Lanes without order. */
  public QueueOptions relaxed() {
    return new QueueOptions(
        name,
        poisonQueue,
        Mode.RELAXED,
        attempts,
        leases,
        capacity,
        retention,
        dedupWindow,
        traceRows);
  }

  /** Another backoff. */
  public QueueOptions retry(RetryPause pause) {
    return with(attempts.with(pause));
  }

  /** Another rule for lane keys that cannot be reached. */
  public QueueOptions breaker(BreakerPause pause) {
    return with(attempts.with(pause));
  }

  /** Other rules for tasks that were held by processes that died. */
  public QueueOptions crashes(int max, int parallel) {
    return with(attempts.withCrashes(max, attempts.crashWindow(), parallel));
  }

  /** Another time after which the crashes of a task that is well are forgotten. */
  public QueueOptions crashWindow(Duration window) {
    return with(attempts.withCrashes(attempts.crashMax(), window, attempts.suspects()));
  }

  /**
   * For a queue whose workers only carry its tasks elsewhere and run nothing of theirs: a process
   * that dies holding one is no fault of the task's, so it charges nothing.
   */
  public QueueOptions carrier() {
    return crashes(Integer.MAX_VALUE, attempts.suspects());
  }

  /** Whether a crash charges nothing. */
  boolean isCarrier() {
    return attempts.crashMax() == Integer.MAX_VALUE;
  }

  /** Another lease, and how long heartbeats can stretch it. */
  public QueueOptions lease(Duration time, Duration most) {
    return with(new Leases(time, most, leases.window()));
  }

  /** Another window. */
  public QueueOptions laneWindow(int window) {
    return with(new Leases(leases.time(), leases.maxRun(), window));
  }

  /** Other limits of what may wait. */
  public QueueOptions capacity(Capacity limits) {
    return new QueueOptions(
        name, poisonQueue, mode, attempts, leases, limits, retention, dedupWindow, traceRows);
  }

  /** Another limit of live tasks. */
  public QueueOptions maxTasks(long tasks) {
    return capacity(capacity.withTasks(tasks));
  }

  /** Another time for which the dead are kept. */
  public QueueOptions retention(Retention keep) {
    return new QueueOptions(
        name, poisonQueue, mode, attempts, leases, capacity, keep, dedupWindow, traceRows);
  }

  /** Another time for which a dedup key outlives its task. */
  public QueueOptions dedupWindow(Duration window) {
    return new QueueOptions(
        name, poisonQueue, mode, attempts, leases, capacity, retention, window, traceRows);
  }

  /** Keeps so many steps of what its tasks go through, see {@link Traces}; 0 for none. */
  public QueueOptions traceRows(long rows) {
    return new QueueOptions(
        name, poisonQueue, mode, attempts, leases, capacity, retention, dedupWindow, rows);
  }

  private QueueOptions with(Attempts tries) {
    return new QueueOptions(
        name, poisonQueue, mode, tries, leases, capacity, retention, dedupWindow, traceRows);
  }

  private QueueOptions with(Leases holds) {
    return new QueueOptions(
        name, poisonQueue, mode, attempts, holds, capacity, retention, dedupWindow, traceRows);
  }
}
