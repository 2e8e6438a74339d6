package dev.meshkit.grpc;

/**
 * So many of something a second, and a burst of more after quiet times. Refilled in ticks. Confined
 * to one thread.
 */
final class Budget {
  private final double aTick;
  private final double burst;
  private double left;

  /** A full budget. */
  Budget(int aSecond, int burst) {
    this.aTick = (double) aSecond / Ticks.A_SECOND;
    this.burst = burst;
    this.left = burst;
  }

  /** Takes one; false if there was none to take. */
  boolean spend() {
    if (left < 1) return false;
    left--;
    return true;
  }

  /** Takes so much, 1 or a part of it, though it may not be there: then it is owed. */
  void owe(double much) {
    left -= much;
  }

  /** How many are left to take. */
  int left() {
    return (int) Math.max(0, left);
  }

  /** Returns one. */
  void giveBack() {
    left = Math.min(burst, left + 1);
  }

  /** Another 250 ms have passed. */
  void tick() {
    left = Math.min(burst, left + aTick);
  }
}
