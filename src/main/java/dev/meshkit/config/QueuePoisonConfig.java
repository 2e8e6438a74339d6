package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.poison}: how long the dead are kept; beyond any of these the oldest go,
 * counted.
 *
 * @param maxAge how long one is kept, 1 m – 365 d, default 14 d
 * @param maxRows how many, 1 – 10^8, default 100,000
 * @param maxBytes of their headers and bodies, 64 KiB – 1 TiB, default 256 MiB
 * @param maxRedrives how often one may be brought back, 0–1,000, default 5
 */
public record QueuePoisonConfig(Duration maxAge, long maxRows, long maxBytes, int maxRedrives) {
  /** Checks the ranges. */
  public QueuePoisonConfig {
    Rules.of("queue.poison")
        .range("max_age", maxAge, Duration.ofMinutes(1), Duration.ofDays(365))
        .range("max_rows", maxRows, 1, 100_000_000L)
        .bytes("max_bytes", maxBytes, 64L << 10, 1L << 40)
        .range("max_redrives", maxRedrives, 0, 1_000)
        .check();
  }

  /** The defaults. */
  public static QueuePoisonConfig defaults() {
    return new QueuePoisonConfig(Duration.ofDays(14), 100_000, 256L << 20, 5);
  }

  /** This, with another age. */
  public QueuePoisonConfig withMaxAge(Duration maxAge) {
    return new QueuePoisonConfig(maxAge, maxRows, maxBytes, maxRedrives);
  }

  /** This, with another number of rows. */
  public QueuePoisonConfig withMaxRows(long maxRows) {
    return new QueuePoisonConfig(maxAge, maxRows, maxBytes, maxRedrives);
  }

  /** This, with other bytes. */
  public QueuePoisonConfig withMaxBytes(long maxBytes) {
    return new QueuePoisonConfig(maxAge, maxRows, maxBytes, maxRedrives);
  }

  /** This, with another number of redrives. */
  public QueuePoisonConfig withMaxRedrives(int maxRedrives) {
    return new QueuePoisonConfig(maxAge, maxRows, maxBytes, maxRedrives);
  }
}
