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
 * @param walAlarm a database's log from which a warning names the reader that keeps it long, 64 MiB
 *     – 64 GiB, default 256 MiB; a reader of minutes, such as a shell's, makes it that long
 * @param reserve room kept back on the disk, given up when it is full so that work can end, 1 MiB –
 *     1 GiB, default 16 MiB; sending goes on once four times as much is free
 */
public record StoreConfig(
    int batchOps, long batchBytes, Duration commitDeadline, long walAlarm, long reserve) {
  /** Checks ranges and relations. */
  public StoreConfig {
    Rules.of("store")
        .range("batch_ops", batchOps, 1, 65_536)
        .bytes("batch_bytes", batchBytes, 64L << 10, 64L << 20)
        .range("commit_deadline", commitDeadline, Duration.ofMillis(100), Duration.ofMinutes(10))
        .bytes("wal_alarm", walAlarm, 64L << 20, 64L << 30)
        .bytes("reserve", reserve, 1L << 20, 1L << 30)
        .check();
  }

  /** The defaults. */
  public static StoreConfig defaults() {
    return new StoreConfig(1024, 1L << 20, Duration.ofSeconds(30), 256L << 20, 16L << 20);
  }

  /** This, with another batch. */
  public StoreConfig withBatchOps(int batchOps) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline, walAlarm, reserve);
  }

  /** This, with another size of a batch. */
  public StoreConfig withBatchBytes(long batchBytes) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline, walAlarm, reserve);
  }

  /** This, with another deadline. */
  public StoreConfig withCommitDeadline(Duration commitDeadline) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline, walAlarm, reserve);
  }

  /** This, with another bound of the log. */
  public StoreConfig withWalAlarm(long walAlarm) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline, walAlarm, reserve);
  }

  /** This, with other room kept back. */
  public StoreConfig withReserve(long reserve) {
    return new StoreConfig(batchOps, batchBytes, commitDeadline, walAlarm, reserve);
  }
}
