package dev.meshkit.grpc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How many Initials of new clients are taken in, or answered: so many a second of strangers, as
 * many of those whose token shows that they are where they say, and so many Retries. Each is spent
 * by its own alone. Nobody has to tick it. Confined to one thread.
 */
final class InitialBudget {
  private static final Duration TICK = Duration.ofMillis(Reactor.TICK_MS);

  private final InstantSource monotonic;
  private final Budget strangers;
  private final Budget proven;
  private final Budget retries;
  private final Budget proofs;
  private Instant ticked;

  InitialBudget(Bounds.Handshakes bounds, InstantSource monotonic) {
    this.monotonic = monotonic;
    this.strangers = aTickOf(bounds.begunASecond());
    this.proven = aTickOf(bounds.begunASecond());
    this.retries = aTickOf(bounds.retriesASecond());
    this.proofs = aTickOf(bounds.retriesASecond()); // who answers none of ours has none to show
    this.ticked = monotonic.instant();
  }

  private static Budget aTickOf(int aSecond) {
    return new Budget(aSecond, Math.max(1, aSecond / Ticks.A_SECOND));
  }

  /** Takes in one that shows no proof; false if that is one too many. */
  boolean spendOnStranger() {
    refill();
    return strangers.spend();
  }

  /** Asks one for its proof; false if that is one too many. */
  boolean spendOnRetry() {
    refill();
    return retries.spend();
  }

  /** Takes in one whose proof is good, which is costly to find out; false if that is too much. */
  boolean spendOnProven(BooleanSupplier isGood) {
    refill();
    return proofs.spend() && isGood.getAsBoolean() && proven.spend();
  }

  private void refill() {
    var now = monotonic.instant();
    if (Duration.between(ticked, now).compareTo(TICK) < 0) return;
    var ticks = Math.min(Ticks.A_SECOND, Duration.between(ticked, now).dividedBy(TICK));
    for (var i = 0; i < ticks; i++)
      List.of(strangers, proven, retries, proofs).forEach(Budget::tick);
    ticked = ticks < Ticks.A_SECOND ? ticked.plus(TICK.multipliedBy(ticks)) : now;
  }
}
