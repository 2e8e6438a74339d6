package dev.meshkit.config;

/**
 * Sections {@code queue.…}: the durable queue.
 *
 * @param limit how much may wait
 * @param retry how long and how often
 * @param poison how long the dead are kept
 * @param dedup how long it knows a task again
 * @param trace whether it keeps what each message went through, for {@code meshkit trace}: some
 *     four small rows a message, in the transactions that are made anyway, at most 100,000 rows and
 *     24 h of them; default false, and true with {@code --dev}
 */
public record QueueConfig(
    QueueLimitConfig limit,
    QueueRetryConfig retry,
    QueuePoisonConfig poison,
    QueueDedupConfig dedup,
    boolean trace) {
  /** The defaults. */
  public static QueueConfig defaults() {
    return new QueueConfig(
        QueueLimitConfig.defaults(),
        QueueRetryConfig.defaults(),
        QueuePoisonConfig.defaults(),
        QueueDedupConfig.defaults(),
        false);
  }

  /** This, with other limits. */
  public QueueConfig withLimit(QueueLimitConfig limit) {
    return new QueueConfig(limit, retry, poison, dedup, trace);
  }

  /** This, with another policy. */
  public QueueConfig withRetry(QueueRetryConfig retry) {
    return new QueueConfig(limit, retry, poison, dedup, trace);
  }

  /** This, with another retention of the dead. */
  public QueueConfig withPoison(QueuePoisonConfig poison) {
    return new QueueConfig(limit, retry, poison, dedup, trace);
  }

  /** This, with another memory of keys. */
  public QueueConfig withDedup(QueueDedupConfig dedup) {
    return new QueueConfig(limit, retry, poison, dedup, trace);
  }

  /** This, with or without a log of what messages went through. */
  public QueueConfig withTrace(boolean trace) {
    return new QueueConfig(limit, retry, poison, dedup, trace);
  }
}
