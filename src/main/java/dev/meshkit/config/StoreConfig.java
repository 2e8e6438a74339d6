package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code store}: how commits are grouped and how long one may take.
 *
 * @param batchOps operations one commit takes at most, 1–65,536, default 1,024; more is faster
 *     under load, and slower for the first of them
 * @param batchBytes bytes one commit takes at most, 64 KiB – 64 MiB, default 1 MiB; a larger
 *     operation runs alone
 * @param commitDeadline how long a caller waits for its commit before the outcome is called
 *     unknown, 100 ms – 10 m, default 30 s
 */
public record StoreConfig(int batchOps, long batchBytes, Duration commitDeadline) {
  /** Checks ranges and relations. */
  public StoreConfig {
    Rules.of("store")
        .range("batch_ops", batchOps, 1, 65_536)
        .bytes("batch_bytes", batchBytes, 64L << 10, 64L << 20)
        .range("commit_deadline", commitDeadline, Duration.ofMillis(100), Duration.ofMinutes(10))
        .check();
  }

  /** The defaults. */
  public static StoreConfig defaults() {
    return new StoreConfig(1024, 1L << 20, Duration.ofSeconds(30));
  }

  /** This, with another batch. */
  public StoreConfig withBatchOps(int batchOps) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline);
  }

  /** This, with another size of a batch. */
  public StoreConfig withBatchBytes(long batchBytes) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline);
  }

  /** This, with another deadline. */
  public StoreConfig withCommitDeadline(Duration commitDeadline) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline);
  }
}
