package dev.meshkit.config;

/**
 * Sections {@code queue.…}: the durable queue.
 *
 * @param limit how much may wait
 * @param retry how long and how often
 * @param poison how long the dead are kept
 * @param dedup how long it knows a task again
 */
public record QueueConfig(
    QueueLimitConfig limit,
    QueueRetryConfig retry,
    QueuePoisonConfig poison,
    QueueDedupConfig dedup) {
  /** The defaults. */
  public static QueueConfig defaults() {
    return new QueueConfig(
        QueueLimitConfig.defaults(),
        QueueRetryConfig.defaults(),
        QueuePoisonConfig.defaults(),
        QueueDedupConfig.defaults());
  }

  /** This, with other limits. */
  public QueueConfig withLimit(QueueLimitConfig limit) {
    return new QueueConfig(limit, retry, poison, dedup);
  }

  /** This, with another policy. */
  public QueueConfig withRetry(QueueRetryConfig retry) {
    return new QueueConfig(limit, retry, poison, dedup);
  }

  /** This, with another retention of the dead. */
  public QueueConfig withPoison(QueuePoisonConfig poison) {
    return new QueueConfig(limit, retry, poison, dedup);
  }

  /** This, with another memory of keys. */
  public QueueConfig withDedup(QueueDedupConfig dedup) {
    return new QueueConfig(limit, retry, poison, dedup);
  }
}
