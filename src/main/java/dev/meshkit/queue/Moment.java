package dev.meshkit.queue;

import java.time.Instant;

/**
 * All clocks, read once for all that a batch leases: they cost as much as a row.
 *
 * @param queueMs of the queue clock
 * @param monotonic for deadlines
 * @param wall for people
 */
record Moment(long queueMs, Instant monotonic, Instant wall) {
  static Moment of(Ground ground) {
    return new Moment(ground.nowMs(), ground.monotonic(), ground.wall());
  }

  /** The later of the queue clock and the wall clock, as {@link Ground#latestMs}. */
  long latestMs() {
    return Math.max(queueMs, wall.toEpochMilli());
  }
}
