package dev.meshkit.config;

import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Sections {@code queue.…}: the durable queue.
 *
 * @param limit how much may wait
 * @param retry how long and how often
 * @param poison how long the dead are kept
 * @param dedup how long it knows a task again
 * @param inbox what peers send
 * @param trace whether it keeps what each message went through, for {@code meshkit trace}: some
 *     four small rows a message, in the transactions that are made anyway, at most 100,000 rows and
 *     24 h of them; default false, and true with {@code --dev}
 */
public record QueueConfig(
    QueueLimitConfig limit,
    QueueRetryConfig retry,
    QueuePoisonConfig poison,
    QueueDedupConfig dedup,
    QueueInboxConfig inbox,
    boolean trace) {
  /**
   * Checks that what peers sent is remembered for longer than it may come again: it waits, lies
   * among the dead, is brought back, and is under way.
   */
  public QueueConfig {
    var longest =
        Stream.of(retry.ttlControl(), retry.ttlState(), retry.ttlBulk())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    var least = longest.plus(poison.maxAge()).plus(retry.maxRun());
    var sum = "retry.ttl_… + queue.poison.max_age + queue.retry.max_run";
    Rules.of("queue").atLeast("inbox.keep", inbox.keep(), sum, least).check();
  }

  /** The defaults. */
  public static QueueConfig defaults() {
    return new QueueConfig(
        QueueLimitConfig.defaults(),
        QueueRetryConfig.defaults(),
        QueuePoisonConfig.defaults(),
        QueueDedupConfig.defaults(),
        QueueInboxConfig.defaults(),
        false);
  }

  /** This, with other limits. */
  public QueueConfig withLimit(QueueLimitConfig limit) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }

  /** This, with another policy. */
  public QueueConfig withRetry(QueueRetryConfig retry) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }

  /** This, with another retention of the dead. */
  public QueueConfig withPoison(QueuePoisonConfig poison) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }

  /** This, with another memory of keys. */
  public QueueConfig withDedup(QueueDedupConfig dedup) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }

  /** This, with another treatment of what peers send. */
  public QueueConfig withInbox(QueueInboxConfig inbox) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }

  /** This, with or without a log of what messages went through. */
  public QueueConfig withTrace(boolean trace) {
    return new QueueConfig(limit, retry, poison, dedup, inbox, trace);
  }
}
