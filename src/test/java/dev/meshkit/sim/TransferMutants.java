package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs of handing over.
 *
 * <p>A known equivalent, listed so that nobody adds it: a certificate that frees its candidate from
 * any promise, whoever gave up. It is shown in the term T+1 after the one that was given up. A
 * promise to the leader of an older term than T rests on an authority that ended before T was won
 * (T4); one to the leader of T+1 is given where that one has won, so the vote changes nothing; one
 * to a later leader is answered with its term. It would matter if peers lied, or if {@code
 * timeoutNow} were obeyed late, and so the check stays.
 *
 * <p>One that shows no certificate at all loses votes only where the end of the term comes later
 * than what its successor asks for, at more voters than a quorum can spare: {@code HandoverTest}
 * holds that one.
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
            "S6"),
        mutant(
            "authority resumed after abdication",
            "Handover.java",
            "    turn.rest(cause);\n",
            "    var was = turn.role;\n    turn.rest(cause);\n    turn.role = was;\n",
            "S7,S10"),
        mutant(
            "TimeoutNow not obeyed",
            "Handover.java",
            "    Candidate.stand(turn, cert);\n",
            "",
            "L2"),
        late(
            "stale TimeoutNow obeyed",
            "Handover.java",
            "cert.term() != turn.current.term() || ",
            ""),
        late(
            "StepDown of an older term obeyed",
            "Voter.java",
            "|| down.term() < promise.term()) return;",
            ") return;"),
        new Mutant(
            "leadership moves with each coming of a preferred voter",
            "election",
            "Handover.java",
            "if (!watched.mayMove(turn.now)) return;",
            "",
            Scenario.ELECTION_PREFERRED,
            "E25"));
  }

  private static Mutant late(String name, String file, String text, String replacement) {
    return new Mutant(name, "election", file, text, replacement, Scenario.ELECTION_ECHO, "S6");
  }

  private static Mutant mutant(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_TRANSFER, oracles);
  }
}
