package dev.meshkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What one core has on disk: commits complete in order, one at a time; a crash keeps those that
 * completed and a prefix of those that had not (V10). Three things take that promise back: a write
 * may fail, an fsync may lie, an older copy may be put back.
 *
 * @param <T> the whole durable state, as each commit leaves it
 */
final class SimDisk<T> {
  private final Draws draws;
  private final Latency latency;
  private final Deque<Write<T>> pending = new ArrayDeque<>();
  private final List<T> past = new ArrayList<>(); // what could be put back, the oldest first
  private T durable;
  private boolean lies;
  private long freeAt;
  private long stalledUntil;
  private long failsUntil;
  private boolean full;

  SimDisk(Draws draws, T blank) {
    this(draws, Latency.USUAL, blank);
  }

  SimDisk(Draws draws, Latency latency, T blank) {
    this.draws = draws;
    this.latency = latency;
    this.durable = blank;
    past.add(blank);
  }

  private record Write<T>(T state, boolean fails) {}

  /** Longer than one of 30,000 commits takes in the usual case, nanoseconds. */
  static final long RARE = 150_000_000L;

  /**
   * How long a commit takes: log-normal.
   *
   * @param median nanoseconds
   * @param sigma of the logarithm
   */
  record Latency(long median, double sigma) {
    /** 2 ms, and 25 ms at the 99th percentile. */
    static final Latency USUAL = new Latency(2_000_000L, 1.086);

    private static final double OF_P99 = 2.326; // sigmas

    /** Of these percentiles, nanoseconds. */
    static Latency of(long median, long p99) {
      return new Latency(median, StrictMath.log((double) Math.max(p99, median) / median) / OF_P99);
    }
  }

  /** Begins a commit; {@link #complete} is due at the virtual time returned. */
  long commit(T state, long now) {
    pending.addLast(new Write<>(state, fails(now)));
    var begin = Math.max(Math.max(now, freeAt), stalledUntil);
    freeAt = begin + draws.logNormal(latency.median(), latency.sigma());
    return freeAt;
  }

  /** The oldest pending commit is durable; returns it. */
  T complete() {
    return ended().orElseThrow();
  }

  /**
   * The oldest pending commit has ended: what is durable now, or nothing if it failed. What failed
   * for want of room is not there; of any other nobody knows.
   */
  Optional<T> ended() {
    var write = pending.removeFirst();
    if (!write.fails()) land(write.state());
    else if (!full && draws.chance(0.5)) land(write.state());
    return write.fails() ? Optional.empty() : Optional.of(durable);
  }

  /** What a process writes before it does anything else. */
  void write(T state) {
    land(state);
  }

  private void land(T state) {
    durable = state;
    if (!lies) past.add(state);
  }

  /**
   * The process died: a prefix of what was pending had reached the disk. Returns how many. A disk
   * that lied has nothing of what it said since.
   */
  int crash(double keep) {
    var kept = (int) StrictMath.round(keep * pending.size());
    for (var i = 0; i < kept; i++) {
      var write = pending.removeFirst();
      if (!write.fails()) land(write.state());
    }
    pending.clear();
    freeAt = 0;
    if (lies) durable = past.getLast();
    lies = false;
    return kept;
  }

  /** Commits begun from now on wait until then. */
  void stall(long until) {
    stalledUntil = Math.max(stalledUntil, until);
  }

  /** Commits begun before then fail; {@code noRoom}: without a trace. */
  void fail(long until, boolean noRoom) {
    failsUntil = Math.max(failsUntil, until);
    full = noRoom;
  }

  /** Whether a commit that begins now fails. */
  boolean fails(long now) {
    return now < failsUntil;
  }

  /** From now on what completes is in no hurry to the disk, until a crash shows it. */
  void lie() {
    lies = true;
  }

  /** Puts back what was durable earlier: 0 at first, 1 latest. */
  void rollback(double age) {
    var at = (int) StrictMath.round(age * (past.size() - 1));
    past.subList(at + 1, past.size()).clear();
    durable = past.getLast();
  }

  /** What a process that starts now reads. */
  T durable() {
    return durable;
  }
}
