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
 * <p>Before it does, it looks for {@link Pauses}, in which nobody's time passes. Confined to the
 * sweeper.
 */
final class Deadlines {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Ground ground;
  private final Settling settling;
  private final Pauses pauses;
  private final Duration lease;
  private final Duration atOnce; // what runs out within so long may be taken back together
  private Instant due; // nothing runs out before this
  private Instant rested; // not woken before this for what runs out soon after what just has
  private long looks;

  Deadlines(Ground ground, Settling settling, Pauses pauses) {
    this.ground = ground;
    this.settling = settling;
    this.pauses = pauses;
    this.lease = ground.options().leases().time();
    var quarter = lease.dividedBy(4);
    this.atOnce = quarter.compareTo(SECOND) < 0 ? quarter : SECOND;
    this.due = ground.monotonic();
    this.rested = due;
  }

  /** Takes back what has run out, by the clock as it is now: the sweeper may have waited. */
  void tick() throws InterruptedException {
    var now = pauses.look();
    if (!now.isBefore(due)) look(now);
  }

  /** When to tick again; {@link Instant#MAX} while nothing is leased: who leases then wakes it. */
  Instant next() {
    ground.alarm().watches(false); // first say so, then look: who leases does it the other way
    var held = !ground.held().isEmpty();
    ground.alarm().watches(held);
    if (!held) return Instant.MAX;
    return due.isBefore(rested) ? rested : due;
  }

  /** How often it has looked at all deadlines. */
  long looks() {
    return looks;
  }

  private void look(Instant now) throws InterruptedException {
    looks++;
    var late =
        ground.held().values().stream()
            .filter(held -> held.deadline().expired(now))
            .sorted(Comparator.comparingLong(held -> held.row().ord())) // a lane goes back in order
            .toList();
    if (!late.isEmpty()) {
      var _ = ground.life().write(expire(late)); // refused: they are late at the next look
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
