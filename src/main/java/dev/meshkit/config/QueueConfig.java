package dev.meshkit.config;

/**
 * Sections {@code queue.…}: the durable queue.
 *
 * @param limit how much may wait
 * @param retry how long and how often
 */
public record QueueConfig(QueueLimitConfig limit, QueueRetryConfig retry) {
  /** The defaults. */
  public static QueueConfig defaults() {
    return new QueueConfig(QueueLimitConfig.defaults(), QueueRetryConfig.defaults());
  }

  /** This, with other limits. */
  public QueueConfig withLimit(QueueLimitConfig limit) {
    return new QueueConfig(limit, retry);
  }

  /** This, with another policy. */
  public QueueConfig withRetry(QueueRetryConfig retry) {
    return new QueueConfig(limit, retry);
  }
}
