package dev.meshkit.gossip;

import java.time.Duration;

/** The local health multiplier of Lifeguard: who doubts itself waits longer before it accuses. */
final class Health {
  /** The worst. */
  static final int MAX = 7;

  private int multiplier;

  /** LHM, 0 to 7. */
  int multiplier() {
    return multiplier;
  }

  /** A ping was answered. */
  void better() {
    multiplier = Math.max(0, multiplier - 1);
  }

  /** So many signs that the fault may be here. */
  void worse(long signs) {
    multiplier = (int) Math.clamp(multiplier + signs, 0L, MAX);
  }

  /** A wait, stretched by (LHM + 1). */
  Duration scale(Duration wait) {
    return multiplier == 0 ? wait : wait.multipliedBy(multiplier + 1L);
  }
}
