package dev.meshkit.gate;

import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;

/**
 * Removes what was kept for long enough while runs end, a step for each that ends, so that a steady
 * load of them needs nobody to sweep. Once a batch and at its end: where nothing has expired, that
 * is one statement for all of them. The writer thread's.
 */
final class Tidying {
  /** Effects or runs of a step. */
  private static final int STEP = 16;

  private final Op<Integer> op = Op.record("gate.tidy", this::run);
  private final Trails trails;
  private int due; // steps that were asked for; those of a batch that was rolled back stay
  private long nowMs;
  private long tombstoneMs;

  Tidying(Trails trails) {
    this.trails = trails;
  }

  /** One step more at the end of this batch. */
  void ask(StoreTx tx, long now, long tombstone) {
    due++;
    nowMs = now;
    tombstoneMs = tombstone;
    tx.last(op);
  }

  private int run(StoreTx tx) {
    var _ = trails.write(tx); // of what has just ended, and may be kept no longer
    var steps = 0;
    while (steps < due && RunTable.expire(tx, nowMs, tombstoneMs, STEP)) steps++;
    due = 0;
    return steps;
  }
}
