package dev.meshkit.grpc;

/**
 * One stream's writes that QUIC has not taken yet: it takes none while the peer does not read.
 * Confined to the event loop.
 */
final class Backlog {
  private final SendBudget budget;
  private int waiting;
  private long taken;

  Backlog(SendBudget budget) {
    this.budget = budget;
  }

  /** A write of so many bytes waits. */
  void add(long bytes) {
    waiting++;
    budget.spend(bytes);
  }

  /** It was taken, or dropped. */
  void remove(long bytes) {
    waiting--;
    taken++;
    budget.giveBack(bytes);
  }

  /** Whether something waits. */
  boolean isWaiting() {
    return waiting > 0;
  }

  /** How many writes that waited were taken so far. */
  long taken() {
    return taken;
  }
}
