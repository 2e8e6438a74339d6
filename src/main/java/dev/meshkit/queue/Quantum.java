package dev.meshkit.queue;

/** How many tasks a lane gives in its turn, and has given. Confined to its lane's owner. */
final class Quantum {
  private int weight;
  private int given;

  /** A lane that weighs this much, ≥ 1. */
  Quantum(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  /** From now on. */
  void weigh(int tasks) {
    weight = tasks;
  }

  /** How many tasks it may still give in this turn. */
  int left() {
    return weight - given;
  }

  /** It has given so many; true if its turn is over with that. */
  boolean spent(int tasks) {
    given += tasks;
    if (given < weight) return false;
    given = 0;
    return true;
  }

  /** Its turn is over, whatever is left of it. */
  void end() {
    given = 0;
  }
}
