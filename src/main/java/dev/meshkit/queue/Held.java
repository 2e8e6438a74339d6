package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * A lease in memory: of what, and until when by the monotonic clock. Where that goes on while the
 * machine, and the holder with it, stands still, {@link Deadlines} give the time back.
 *
 * <p>{@code ended} belongs to the writer thread; the rest, but for the deadline, never changes.
 */
final class Held {
  private final TaskRow row;
  private final LaneState lane;
  private final long fence;
  private final Deadline deadline;
  private boolean ended; // owned by the writer thread

  Held(TaskRow row, LaneState lane, long fence, Instant started, Duration lease) {
    this.row = row;
    this.lane = lane;
    this.fence = fence;
    this.deadline = new Deadline(started, lease);
  }

  /** The task as it was leased: its row before this attempt, numbered. */
  TaskRow row() {
    return row;
  }

  LaneState lane() {
    return lane;
  }

  /** The key of its lane. */
  String key() {
    return lane.lane().key();
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

  /** Until when. */
  Deadline deadline() {
    return deadline;
  }

  /** Whether the batch being applied, or an earlier one, has ended it. */
  boolean ended() {
    return ended;
  }

  void ended(boolean now) {
    ended = now;
  }
}
