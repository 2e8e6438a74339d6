package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs of who votes, and of who does not: each names the oracles that may catch it. A
 * known equivalent: a term that is not raised when a record is adopted; nobody takes a frame whose
 * record is of a later term than its sender's, so such a node is mute until a beat raises it.
 */
final class ElectorateMutants {
  private ElectorateMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        members("two voters a step", "Proposer.java", "if (moves) return false;", "", "S8"),
        members(
            "a proposal dropped and another made in the same term",
            "Leader.java",
            "else if (Electorate.overdue(turn)) stepDown(turn, Cause.STEP_DOWN);",
            "else if (Electorate.overdue(turn)) turn.agenda = Agenda.EMPTY;",
            "S8"),
        members(
            "commit by V of a lagging view",
            "Leader.java",
            "if (!renewed.committed(turn.content())",
            "if (!renewed.committed(turn.current.view().content())",
            "S13,L10"),
        members(
            "a learner counts",
            "Leader.java",
            "if (!turn.isVoter(from, header)) {",
            "if (false) {",
            "S13"),
        lagging(
            "a term adopted from outside V",
            "Election.java",
            "if (exempt || newer || learns ||",
            "if (turn.now.isAfter(java.time.Instant.MIN) || exempt || newer || learns ||",
            "S9"),
        lagging(
            "a learner's word taken for a voter's",
            "Election.java",
            "frame.message() instanceof Frame.BeatAck && turn.learners",
            "turn.learners",
            "S9"),
        lagging(
            "a pre-vote in spite of a promise",
            "Voter.java",
            "    var why = wouldRefuse(turn, from);\n",
            "    var why = Why.GRANTED;\n",
            "L7"));
  }

  /** Those that need more seeds than a change can wait for. */
  static List<Mutant> rare() {
    return List.of(
        members(
            "votes by V of a lagging view",
            "Candidate.java",
            "var counted = turn.content(); // R8",
            "var counted = turn.current.view().content();",
            "S8,S1,S6"));
  }

  private static Mutant members(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_MEMBERSHIP, oracles);
  }

  private static Mutant lagging(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_LAGGING, oracles);
  }
}
