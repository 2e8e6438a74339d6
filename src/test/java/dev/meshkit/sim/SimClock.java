package dev.meshkit.sim;

import java.time.Duration;
import java.time.Instant;

/**
 * One host's clocks: local time runs at rates within 1 ± ρ that change every 1–30 s (V8).
 *
 * <p>Half of the stretches run at one of the two extremes, so that a slow leader meets fast voters
 * often enough for the κ of election.md §4 to matter. Faults make them run off, stand still and
 * jump. Asked with virtual times that never fall.
 */
final class SimClock {
  /** The bound on drift that the protocols are told of. */
  static final double RHO = 0.10;

  private static final long SECOND = 1_000_000_000L;
  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");

  private final Draws draws;
  private Duration wallOffset;
  private long begun;
  private long end;
  private long local;
  private double rate;

  SimClock(Draws draws) {
    this.draws = draws;
    this.wallOffset = Duration.ofMillis(draws.between(-600_000, 600_000));
    this.local = draws.between(SECOND, 100 * SECOND);
    turn();
  }

  /** The monotonic clock at a virtual time. */
  Instant monotonic(long virtual) {
    return Instant.EPOCH.plusNanos(at(virtual));
  }

  /** The wall clock at a virtual time. */
  Instant wall(long virtual) {
    return WALL.plus(wallOffset).plusNanos(at(virtual));
  }

  /**
   * A virtual time after {@code now} to look again whether {@code due} has come: exact while the
   * rate stays, earlier if it changes before.
   */
  long when(Instant due, long now) {
    var rest = Duration.between(monotonic(now), due);
    if (!rest.isPositive()) return now;
    if (rest.compareTo(Duration.ofMinutes(1)) > 0) return end;
    if (rate == 0) return end;
    var wanted = Duration.between(Instant.EPOCH, due).toNanos() - local;
    // From the stretch's beginning, not from now: asking more often must not move the answer.
    return Math.min(end, Math.max(now + 1, begun + (long) StrictMath.ceil(wanted / rate)));
  }

  /** Runs fast or slow by so much from now until then, then as drawn again. */
  void run(double drift, long now, long until) {
    var shown = at(now);
    local = shown;
    begun = now;
    end = Math.max(now + 1, until);
    rate = 1 + drift;
  }

  /** Stands still until then, while the wall clock goes on. */
  void sleep(long now, long until) {
    run(-1, now, until);
    set(until - now);
  }

  /** The wall clock is set, by so much. */
  void set(long nanos) {
    wallOffset = wallOffset.plusNanos(nanos);
  }

  /** The monotonic clock is set, by so much, which no clock does that deserves the name. */
  void step(long nanos, long now) {
    local = at(now) + nanos;
    begun = now;
    set(-nanos);
  }

  private long at(long virtual) {
    while (virtual >= end) {
      local += (long) ((end - begun) * rate);
      begun = end;
      turn();
    }
    return local + (long) ((virtual - begun) * rate);
  }

  private void turn() {
    end = begun + draws.between(SECOND, 30 * SECOND);
    rate = draws.chance(0.5) ? 1 + (draws.chance(0.5) ? RHO : -RHO) : draws.real(1 - RHO, 1 + RHO);
  }
}
