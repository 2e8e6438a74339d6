package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs of handing over. Known equivalents: comparing only one of leader and term of a
 * certificate with the promise, as a term has one leader.
 */
final class TransferMutants {
  private TransferMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        mutant(
            "authority kept after abdication",
            "Handover.java",
            "    turn.rest(cause);\n",
            "",
            "S6,S10"),
        mutant(
            "any certificate frees from any promise",
            "Handover.java",
            "\n        && gone.node().equals(turn.promise.leader())"
                + "\n        && term == turn.promise.term();",
            ";",
            "S6"),
        mutant(
            "stale TimeoutNow obeyed",
            "Handover.java",
            "cert.term() != turn.current.term() || ",
            "",
            "S6"),
        mutant(
            "StepDown of an older term obeyed",
            "Voter.java",
            "|| down.term() < promise.term()) return;",
            ") return;",
            "S6"),
        mutant(
            "tenure extended by an ack of another term",
            "Leader.java",
            "if (!turn.leading() || header.term() != turn.current.term()) return;",
            "if (!turn.leading()) return;",
            "S6,S13"),
        mutant(
            "no certificate shown",
            "Candidate.java",
            "turn.record().id(), warrant);",
            "turn.record().id());",
            "L2"));
  }

  private static Mutant mutant(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_TRANSFER, oracles);
  }
}
