package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * A lease in memory: of what, and until when by the monotonic clock, which stands still in a
 * suspended machine as its holder does.
 *
 * <p>The deadline is guarded by this, {@code ended} belongs to the writer thread, the rest never
 * changes.
 */
final class Held {
  private final TaskRow row;
  private final LaneState lane;
  private final long fence;
  private Instant started; // guarded by this
  private Instant deadline; // guarded by this
  private boolean ended; // owned by the writer thread

  Held(TaskRow row, LaneState lane, long fence, Instant started, Duration lease) {
    this.row = row;
    this.lane = lane;
    this.fence = fence;
    this.started = started;
    this.deadline = started.plus(lease);
  }

  /** The task as it was leased: its row before this attempt, numbered. */
  TaskRow row() {
    return row;
  }

  LaneState lane() {
    return lane;
  }

  long seq() {
    return row.seq();
  }

  long fence() {
    return fence;
  }

  long origin() {
    return row.origin();
  }

  /** This attempt, from 1. */
  int attempt() {
    return row.attempt() + 1;
  }

  /** Who holds it, for people. */
  String holder() {
    return "pid " + ProcessHandle.current().pid();
  }

  /** A suspect has seen a process die. */
  boolean suspect() {
    return row.crash() > 0;
  }

  /** The lease is durable and the worker gets it: its time begins. */
  synchronized void begin(Instant now, Duration lease) {
    started = now;
    deadline = now.plus(lease);
  }

  /** The worker is alive: how long the lease now holds, at most until {@code maxRun} is over. */
  synchronized Duration extend(Instant now, Duration lease, Duration maxRun) {
    var end = started.plus(maxRun);
    var longer = now.plus(lease);
    deadline = longer.isBefore(end) ? longer : end;
    return Duration.between(now, deadline);
  }

  /** Everything stood still for a while, the holder too: it has run for no longer. */
  synchronized void shift(Duration gap) {
    started = started.plus(gap);
    deadline = deadline.plus(gap);
  }

  /** Whether the batch being applied, or an earlier one, has ended it. */
  boolean ended() {
    return ended;
  }

  void ended(boolean now) {
    ended = now;
  }

  synchronized boolean expired(Instant now) {
    return !now.isBefore(deadline);
  }
}
