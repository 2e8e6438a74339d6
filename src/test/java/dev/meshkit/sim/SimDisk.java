package dev.meshkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What one core has on disk: commits complete in order, one at a time; a crash keeps those that
 * completed and a prefix of those that had not (V10).
 *
 * @param <T> the whole durable state, as each commit leaves it
 */
final class SimDisk<T> {
  private static final long MEDIAN = 2_000_000L;
  private static final double SIGMA = 1.086; // the 99th percentile is 12.5 medians

  private final Draws draws;
  private final Deque<T> pending = new ArrayDeque<>();
  private T durable;
  private long freeAt;
  private long stalledUntil;

  SimDisk(Draws draws, T blank) {
    this.draws = draws;
    this.durable = blank;
  }

  /** Begins a commit; {@link #complete} is due at the virtual time returned. */
  long commit(T state, long now) {
    pending.addLast(state);
    var begin = Math.max(Math.max(now, freeAt), stalledUntil);
    freeAt = begin + draws.logNormal(MEDIAN, SIGMA);
    return freeAt;
  }

  /** The oldest pending commit is durable; returns it. */
  T complete() {
    durable = pending.removeFirst();
    return durable;
  }

  /** The process died: a prefix of what was pending had reached the disk. Returns how many. */
  int crash(double keep) {
    var kept = (int) StrictMath.round(keep * pending.size());
    for (var i = 0; i < kept; i++) durable = pending.removeFirst();
    pending.clear();
    freeAt = 0;
    return kept;
  }

  /** Commits begun from now on wait until then. */
  void stall(long until) {
    stalledUntil = Math.max(stalledUntil, until);
  }

  /** What a process that starts now reads. */
  T durable() {
    return durable;
  }
}
