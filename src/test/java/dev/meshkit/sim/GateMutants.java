package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of gates: of what they adopt, keep and decide. */
final class GateMutants {
  private GateMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        mutant(
            "an entry stays as it first came in its epoch",
            "GateRows.java",
            "was != null && was.entry().equals(entry) ? was",
            "was != null && was.entry().epoch() == entry.epoch() ? was",
            Scenario.ELECTION_RECORD),
        mutant(
            "a gate begins with the baseline",
            "DeterministicGate.java",
            ".map(kept -> new DeterministicGate(effects, region, of(kept)))",
            ".map(kept -> new DeterministicGate(effects, region,"
                + " new Snapshot(GateTable.EMPTY, kept.records())))",
            Scenario.ELECTION_RECORD),
        mutant(
            "an older generation replaces a newer",
            "RecordId.java",
            "Comparator.comparingInt(RecordId::generation)\n"
                + "          .thenComparingLong(RecordId::term)",
            "Comparator.comparingLong(RecordId::term)",
            Scenario.ELECTION_GENESIS),
        mutant(
            "a growing share leaves those behind whom it had reached",
            "Rule.java",
            "return bucket < rollout.basisPoints()\n",
            "return (bucket + 3 * rollout.basisPoints()) % Rollout.ALL < rollout.basisPoints()\n",
            Scenario.ELECTION_RECORD));
  }

  private static Mutant mutant(
      String name, String file, String text, String replacement, Scenario scenario) {
    return new Mutant(name, "gate", file, text, replacement, scenario, "GG1");
  }
}
