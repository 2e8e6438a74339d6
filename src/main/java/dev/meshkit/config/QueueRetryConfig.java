package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.retry}: how long and how often a task is tried before it is poison.
 *
 * @param maxAttempts charged attempts before a task dies as EXHAUSTED, 1–1,000, default 5; an
 *     unreachable peer charges none
 * @param lease how long a worker holds a task before another may have it, 1 s – 1 h, default 30 s;
 *     longer than the slowest handler
 * @param base the first pause is drawn from 0 to this, 10 ms – 1 h, default 200 ms; it doubles with
 *     each attempt
 * @param cap the largest pause, at least {@code base}, at most 1 d, default 5 m
 * @param maxRun how long a worker that says it is alive may hold a task, at least {@code lease}, at
 *     most 1 d, default 10 m
 * @param ttlControl how long a message of class CONTROL is tried before it dies as EXPIRED, 1 s –
 *     365 d and more than {@code lease}, default 7 d
 * @param ttlState how long one of class STATE is tried before it is dropped, within the same
 *     bounds, default 1 h
 * @param ttlBulk how long any other message is tried before it dies as EXPIRED, within the same
 *     bounds, default 7 d
 */
public record QueueRetryConfig(
    int maxAttempts,
    Duration lease,
    Duration base,
    Duration cap,
    Duration maxRun,
    Duration ttlControl,
    Duration ttlState,
    Duration ttlBulk) {
  /** Checks ranges and relations. */
  public QueueRetryConfig {
    Rules.of("queue.retry")
        .range("max_attempts", maxAttempts, 1, 1000)
        .range("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1))
        .range("base", base, Duration.ofMillis(10), Duration.ofHours(1))
        .range("cap", cap, Duration.ofMillis(10), Duration.ofDays(1))
        .atLeast("cap", cap, "base", base)
        .range("max_run", maxRun, Duration.ofSeconds(1), Duration.ofDays(1))
        .atLeast("max_run", maxRun, "lease", lease)
        .range("ttl_control", ttlControl, Duration.ofSeconds(1), Duration.ofDays(365))
        .atLeast("ttl_control", ttlControl, "lease", lease)
        .range("ttl_state", ttlState, Duration.ofSeconds(1), Duration.ofDays(365))
        .atLeast("ttl_state", ttlState, "lease", lease)
        .range("ttl_bulk", ttlBulk, Duration.ofSeconds(1), Duration.ofDays(365))
        .atLeast("ttl_bulk", ttlBulk, "lease", lease)
        .check();
  }

  /** The defaults. */
  public static QueueRetryConfig defaults() {
    return new QueueRetryConfig(
        5,
        Duration.ofSeconds(30),
        Duration.ofMillis(200),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofDays(7),
        Duration.ofHours(1),
        Duration.ofDays(7));
  }

  /** This, with another number of attempts. */
  public QueueRetryConfig withMaxAttempts(int maxAttempts) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another lease. */
  public QueueRetryConfig withLease(Duration lease) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another base. */
  public QueueRetryConfig withBase(Duration base) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another cap. */
  public QueueRetryConfig withCap(Duration cap) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another longest run. */
  public QueueRetryConfig withMaxRun(Duration maxRun) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another lifetime of messages of class CONTROL. */
  public QueueRetryConfig withTtlControl(Duration ttlControl) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another lifetime of messages of class STATE. */
  public QueueRetryConfig withTtlState(Duration ttlState) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }

  /** This, with another lifetime of all other messages. */
  public QueueRetryConfig withTtlBulk(Duration ttlBulk) {
    return new QueueRetryConfig(
        maxAttempts, lease, base, cap, maxRun, ttlControl, ttlState, ttlBulk);
  }
}
