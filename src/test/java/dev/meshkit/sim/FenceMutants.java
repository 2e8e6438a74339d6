package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of fences: of who names them, and of what should compare them. */
final class FenceMutants {
  private FenceMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        new Mutant(
            "fence without generation",
            "election",
            "Turn.java",
            "return new Fence(options.scope(), content().generation(), current.term());",
            "return new Fence(options.scope(), 1, current.term());",
            Scenario.ELECTION_GENESIS,
            "S5"),
        new Mutant( // of the model, as no core compares fences; those of the tables: StoreMutants
            "a resource takes any fence",
            "sim",
            "FencedRegister.java",
            "if (fence.compareTo(seen) < 0) return false;",
            "if (fence.compareTo(seen) == 2) return false;",
            Scenario.ELECTION_CHAOS,
            "S5"));
  }
}
