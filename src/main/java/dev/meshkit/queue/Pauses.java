package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * Notices that everything stood still, and gives the time back: a clock that goes on while the
 * machine is suspended, or the process stopped, cannot tell. Nobody's time passes then, and since
 * nobody knows when between two looks at the clock it began, none passes from one to the other.
 *
 * <p>While anything is leased, a platform thread of its own looks at the clock every eighth of a
 * lease, and does nothing else. So a pause is one whatever the sweeper was at, and a wait of the
 * sweeper's for a slow disk, in which workers go on, is none. While nothing is leased it sleeps for
 * good.
 *
 * <p>Thread-safe: that thread, and the sweeper before it takes a lease back.
 */
final class Pauses {
  private static final Duration NEVER = Duration.ofDays(365);

  private final Ground ground;
  private final Duration between; // two looks at the clock
  private final Duration quarter;
  private Instant seen; // guarded by this; when the clock was last looked at
  private boolean watching; // guarded by this; whether leases were held then

  Pauses(Ground ground) {
    var lease = ground.options().leases().time();
    this.ground = ground;
    this.between = lease.dividedBy(8);
    this.quarter = lease.dividedBy(4);
    this.seen = ground.monotonic();
  }

  /** Runs until interrupted. */
  void run() {
    var what = "watching the clock for queue " + ground.options().name();
    new Rounds(what, between)
        .run(
            () -> {
              ground.alarm().awaitLook(plan());
              return true;
            });
  }

  /** Looks at the clock, and says when to do so next. */
  Instant plan() {
    ground.alarm().looks(false); // first say so, then look: who leases does it the other way
    var now = look();
    var held = isWatching();
    ground.alarm().looks(held);
    return now.plus(held ? between : NEVER);
  }

  private synchronized boolean isWatching() {
    return watching;
  }

  /** Looks at the clock, and forgives what must be forgiven; what time it is. */
  synchronized Instant look() {
    var now = ground.monotonic();
    var gap = Duration.between(watching ? seen : firstLeased(now), now);
    seen = now;
    if (gap.minus(between).compareTo(quarter) > 0)
      ground.held().values().forEach(held -> held.deadline().shift(gap));
    watching = !ground.held().isEmpty();
    return now;
  }

  /** Since when there has been somebody whose time passes, if nobody has looked since. */
  private Instant firstLeased(Instant now) {
    return ground.held().values().stream()
        .map(held -> held.deadline().started())
        .min(Comparator.naturalOrder())
        .orElse(now);
  }
}
