package dev.meshkit.store;

import java.time.Duration;

/**
 * The bounds of one store. Callers block, at most for {@code commitDeadline}, when a queue is full.
 *
 * @param batchOps operations a transaction, 1–65,536, default 1,024
 * @param batchBytes bytes of operations a transaction, default 1 MiB; one larger runs alone
 * @param queueOps operations that wait, in each of the two queues, default 8,192
 * @param queueBytes bytes that wait, in each of the two queues, default 16 MiB; the last to be let
 *     in may be larger
 * @param commitDeadline how long a foreign lock or a full queue is waited out, default 30 s
 * @param maxDowntime how far the queue clock may jump at a start, default 7 d
 * @param clockJump how far the wall clock may move against the queue clock unremarked, default 2 s
 * @param disk what it may have on disk
 */
public record StoreLimits(
    int batchOps,
    int batchBytes,
    int queueOps,
    int queueBytes,
    Duration commitDeadline,
    Duration maxDowntime,
    Duration clockJump,
    DiskLimits disk) {
  /** What design and configuration call the defaults. */
  public static final StoreLimits DEFAULTS =
      new StoreLimits(
          1_024,
          1 << 20,
          8_192,
          16 << 20,
          Duration.ofSeconds(30),
          Duration.ofDays(7),
          Duration.ofSeconds(2),
          DiskLimits.DEFAULTS);

  /** Checks that each is positive. */
  public StoreLimits {
    if (batchOps < 1 || batchOps > 65_536 || batchBytes < 1 || queueOps < 1 || queueBytes < 1) {
      throw new IllegalArgumentException("store limits must be positive, batchOps <= 65536");
    }
    if (!commitDeadline.isPositive() || maxDowntime.isNegative() || clockJump.isNegative()) {
      throw new IllegalArgumentException(
          "want commitDeadline > 0, maxDowntime >= 0 and clockJump >= 0");
    }
  }

  /** These limits with another deadline. */
  public StoreLimits withCommitDeadline(Duration deadline) {
    return new StoreLimits(
        batchOps, batchBytes, queueOps, queueBytes, deadline, maxDowntime, clockJump, disk);
  }

  /** These limits with other submission queues. */
  public StoreLimits withQueue(int ops, int bytes) {
    return new StoreLimits(
        batchOps, batchBytes, ops, bytes, commitDeadline, maxDowntime, clockJump, disk);
  }

  /** These limits with another batch. */
  public StoreLimits withBatch(int ops, int bytes) {
    return new StoreLimits(
        ops, bytes, queueOps, queueBytes, commitDeadline, maxDowntime, clockJump, disk);
  }

  /** These limits with others of the disk. */
  public StoreLimits with(DiskLimits other) {
    return new StoreLimits(
        batchOps, batchBytes, queueOps, queueBytes, commitDeadline, maxDowntime, clockJump, other);
  }
}
