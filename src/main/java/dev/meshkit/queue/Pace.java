package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * What came to a lane and what left it in the last minute, counted in steps of five seconds: a ring
 * of twelve whole ones and the one that is under way. Thread-safe.
 */
final class Pace {
  private static final int WHOLE = 12;
  private static final long STEP_MS = 5_000;

  private final Instant since;
  private final int[] came = new int[WHOLE + 1]; // guarded by this
  private final int[] left = new int[WHOLE + 1]; // guarded by this
  private long step; // the one under way; guarded by this

  /**
   * Tasks that came and left.
   *
   * @param came how many
   * @param left how many
   */
  record Moves(int came, int left) {
    static final Moves NONE = new Moves(0, 0);

    /** With a change of how many there are. */
    Moves with(long change) {
      if (change == 0) return this;
      var by = Math.toIntExact(Math.abs(change));
      return change > 0 ? new Moves(came + by, left) : new Moves(came, left + by);
    }

    /** What undoes them. */
    Moves undone() {
      return new Moves(-came, -left);
    }
  }

  /** Nothing came or left before this, by the monotonic clock. */
  Pace(Instant since) {
    this.since = since;
    this.step = step(since);
  }

  /** These moved just now. */
  synchronized void add(Instant now, Moves moves) {
    turn(now);
    var at = slot(step);
    came[at] += moves.came();
    left[at] += moves.left();
  }

  /** How the lane moves; over five seconds at least, since a first task makes no rate. */
  synchronized LaneFlow of(Lane lane, Instant now) {
    turn(now);
    var first = Instant.ofEpochMilli((step - WHOLE) * STEP_MS);
    var from = first.isBefore(since) ? since : first;
    var seconds = Math.max(STEP_MS, Duration.between(from, now).toMillis()) / 1e3;
    return new LaneFlow(
        lane, Arrays.stream(came).sum() / seconds, Arrays.stream(left).sum() / seconds);
  }

  /** Forgets what is older than the ring. */
  private void turn(Instant now) {
    var to = step(now);
    for (var next = Math.max(step + 1, to - WHOLE); next <= to; next++) {
      came[slot(next)] = 0;
      left[slot(next)] = 0;
    }
    step = Math.max(step, to);
  }

  private static long step(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), STEP_MS);
  }

  private static int slot(long step) {
    return Math.floorMod(step, WHOLE + 1);
  }
}
