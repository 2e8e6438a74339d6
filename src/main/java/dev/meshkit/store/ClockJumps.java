package dev.meshkit.store;

import dev.meshkit.observe.ClockJumpEvent;
import dev.meshkit.observe.Metric;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * How often the wall clock has moved against the queue clock by more than {@code clockJump}: a
 * step, or a drift that came to as much. Each is logged and counted, once, by whoever looks first.
 * Thread-safe.
 */
final class ClockJumps {
  private static final System.Logger LOG = System.getLogger(ClockJumps.class.getName());

  private final StoreOptions options;
  private final QueueClock clock;
  private Duration known; // guarded by this: wall - queue clock, as of the last jump
  private long jumps; // guarded by this

  ClockJumps(StoreOptions options, QueueClock clock) {
    this.options = options;
    this.clock = clock;
    this.known = ahead().minus(clock.gainedAtOpen());
  }

  /** Looks at both clocks; the jumps so far, one across the last stop included. */
  synchronized long count() {
    var now = ahead();
    var moved = now.minus(known);
    if (moved.abs().compareTo(options.limits().clockJump()) <= 0) return jumps;
    known = now;
    jumps++;
    LOG.log(
        Level.WARNING,
        "the wall clock moved by {0} ms against the queue clock: file={1}",
        moved.toMillis(),
        options.name());
    options.meters().count(Metric.STORE_CLOCK_JUMP_TOTAL, options.label());
    ClockJumpEvent.emit(options.name(), moved.toMillis());
    return jumps;
  }

  private Duration ahead() {
    return Duration.between(clock.instant(), options.clocks().wall().instant());
  }
}
