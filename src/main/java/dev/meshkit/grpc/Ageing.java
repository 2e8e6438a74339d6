package dev.meshkit.grpc;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a connection has lived long enough. Time is counted in ticks of 250 ms. Confined to the
 * event loop.
 */
final class Ageing {
  private static final double JITTER = 0.1;

  private final Lifetime lifetime;
  private final RandomGenerator chance;
  private final long idleTicks;
  private final long ageTick;
  private final long pollTicks;
  private long dueTick;
  private long tick;
  private long loopTurn;
  private long idle;
  private boolean renewing;

  Ageing(Lifetime lifetime, RandomGenerator chance) {
    this.lifetime = lifetime;
    this.chance = chance;
    this.idleTicks = Ticks.of(lifetime.idle());
    this.pollTicks = Ticks.of(lifetime.poll());
    var around = 1 - JITTER + 2 * JITTER * chance.nextDouble();
    var age = Ticks.of(lifetime.age());
    this.ageTick = age == Long.MAX_VALUE ? age : Math.max(1, (long) (age * around));
    this.dueTick = ageTick;
  }

  /** Another 250 ms have passed, of {@code turn} on this loop, with calls open or without. */
  void tick(long turn, boolean busy) {
    tick++;
    loopTurn = turn;
    idle = busy ? 0 : idle + 1;
  }

  /** A call came, if only to leave before the next tick. */
  void used() {
    idle = 0;
  }

  /** Whether it has existed for a second, so that a call it refused may better try another. */
  boolean isSettled() {
    return tick >= Ticks.A_SECOND;
  }

  /** Whether it has been without calls for a second, so that its end is no news to anybody. */
  boolean isUnused() {
    return idle >= Ticks.A_SECOND;
  }

  /** Whether someone should ask for the identity again: in the same tick as all on this loop. */
  boolean isPollDue() {
    return loopTurn % pollTicks == 0;
  }

  /** Whether it has been without calls for too long. */
  boolean isIdle() {
    return idle >= idleTicks;
  }

  /** Whether it is to be drained, after so much use. */
  boolean isDue(OpenStreams.Use use) {
    return tick >= dueTick
        || use.opened() >= lifetime.streams()
        || use.abandoned() >= lifetime.abandoned();
  }

  /** Whether it reaches its age with this very tick. */
  boolean agesNow() {
    return tick == ageTick;
  }

  /** The identity it was made with was replaced: once, it drains some time within so long. */
  void renew(Duration spread) {
    if (renewing) return;
    renewing = true;
    var within = (long) (Ticks.of(spread) * chance.nextDouble());
    dueTick = Math.min(dueTick, tick + 1 + within);
  }

  /** Whether it drains, if it does, because its identity was replaced. */
  boolean isRenewing() {
    return renewing && tick < ageTick;
  }

  /** How long calls of one that drains for its age may still take. */
  Duration grace() {
    return lifetime.grace();
  }
}
