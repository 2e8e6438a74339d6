package dev.meshkit.grpc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * How many Initials of new clients are looked at: so many a second of strangers, and as many of
 * those whose token shows that they are where they say. Nobody has to tick it. Confined to one
 * thread.
 */
final class InitialBudget {
  private static final Duration TICK = Duration.ofMillis(Reactor.TICK_MS);
  private static final int PROOFS = 4; // looked at for each that may be good

  private final InstantSource monotonic;
  private final Budget strangers;
  private final Budget proven;
  private final Budget proofs;
  private Instant ticked;

  InitialBudget(int aSecond, InstantSource monotonic) {
    var burst = Math.max(1, aSecond / Ticks.A_SECOND);
    this.monotonic = monotonic;
    this.strangers = new Budget(aSecond, burst);
    this.proven = new Budget(aSecond, burst);
    this.proofs = new Budget(PROOFS * aSecond, PROOFS * burst);
    this.ticked = monotonic.instant();
  }

  /** Takes one; false if there was none to take. Whether it is proven may be costly to find out. */
  boolean spend(BooleanSupplier isProven) {
    refill();
    if (strangers.spend()) return true;
    return proofs.spend() && isProven.getAsBoolean() && proven.spend();
  }

  private void refill() {
    var now = monotonic.instant();
    if (Duration.between(ticked, now).compareTo(TICK) < 0) return;
    var ticks = Math.min(Ticks.A_SECOND, Duration.between(ticked, now).dividedBy(TICK));
    for (var i = 0; i < ticks; i++) {
      strangers.tick();
      proven.tick();
      proofs.tick();
    }
    ticked = ticks < Ticks.A_SECOND ? ticked.plus(TICK.multipliedBy(ticks)) : now;
  }
}
