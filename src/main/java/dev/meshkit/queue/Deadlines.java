package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Takes leases from workers that are silent for too long. It looks at them when the first may have
 * run out, and not before: a worker that speaks puts its deadline off, and a new lease runs out
 * later than all that were there, so what was the first at one look is the earliest time for the
 * next.
 *
 * <p>While anything is leased it also wakes every eighth of a lease, looks at the clock alone, and
 * so notices that everything stood still: a clock that goes on while the machine is suspended, or
 * the process stopped, cannot tell. Nobody's time passes then, and since nobody knows when between
 * two looks at the clock it began, none passes from one to the other.
 *
 * <p>Confined to the sweeper.
 */
final class Deadlines {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Ground ground;
  private final Settling settling;
  private final Duration lease;
  private final Duration quarter;
  private final Duration between; // two looks at the clock
  private final Duration atOnce; // what runs out within so long may be taken back together
  private Instant seen; // when it last looked at the clock
  private Instant due; // nothing runs out before this
  private Instant rested; // not woken before this for what runs out soon after what just has
  private boolean watching; // whether leases were held then
  private long looks;

  Deadlines(Ground ground, Settling settling) {
    this.ground = ground;
    this.settling = settling;
    this.lease = ground.options().leases().time();
    this.quarter = lease.dividedBy(4);
    this.between = lease.dividedBy(8);
    this.atOnce = quarter.compareTo(SECOND) < 0 ? quarter : SECOND;
    this.seen = ground.monotonic();
    this.due = seen;
    this.rested = seen;
  }

  /** Forgives what must be forgiven, and takes back what has run out. */
  void tick(Instant now) throws InterruptedException {
    forgivePause(now);
    if (!now.isBefore(due)) look(now);
    watching = !ground.held().isEmpty();
  }

  /** When to tick again; {@link Instant#MAX} while nothing is leased: who leases then wakes it. */
  Instant next(Instant now) {
    ground.alarm().watches(false); // first say so, then look: who leases does it the other way
    watching = !ground.held().isEmpty();
    ground.alarm().watches(watching);
    seen = now; // what was done meanwhile may have waited for the disk: that was no pause
    if (!watching) return Instant.MAX;
    var clock = now.plus(between);
    var look = due.isBefore(rested) ? rested : due;
    return look.isBefore(clock) ? look : clock;
  }

  /** How often it has looked at all deadlines. */
  long looks() {
    return looks;
  }

  /** A pause of the machine froze holders and sweeper alike: no deadline passes in it. */
  private void forgivePause(Instant now) {
    var gap = Duration.between(seen, now);
    seen = now;
    if (!watching || gap.minus(between).compareTo(quarter) <= 0) return;
    ground.held().values().forEach(held -> held.deadline().shift(gap));
  }

  private void look(Instant now) throws InterruptedException {
    looks++;
    var late =
        ground.held().values().stream()
            .filter(held -> held.deadline().expired(now))
            .sorted(Comparator.comparingLong(held -> held.row().ord())) // a lane goes back in order
            .toList();
    if (!late.isEmpty()) {
      var _ = ground.store().submit(expire(late)); // refused: they are late at the next look
    }
    rested = now.plus(atOnce);
    due =
        ground.held().values().stream()
            .map(held -> held.deadline().instant())
            .reduce(now.plus(lease), (a, b) -> a.isBefore(b) ? a : b); // one leased from now on
  }

  /** Ordered after the batch's settlements: what was submitted in time is honoured. */
  private Op<Unit> expire(List<Held> late) {
    return new Op<>(
        "queue.expire",
        Op.Kind.EXPIRE,
        0,
        tx -> {
          late.forEach(held -> settling.expire(tx, held));
          return Unit.UNIT;
        });
  }
}
