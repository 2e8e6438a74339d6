package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs of who votes, and of who does not: each names the oracles that may catch it.
 *
 * <p>Known equivalents: no history shows the first two ({@link UnreachedMutants}), and nobody need
 * add the third:
 *
 * <ul>
 *   <li>A term that is not raised when a record is adopted: nobody takes a frame whose record is of
 *       a later term than its sender's, so such a node is mute until a beat raises it.
 *   <li>A campaign that goes on after its record grew. A {@code Round} keeps the voters and the
 *       quorum of the record R' that its ask carried, so T2 holds of R' as ever. The winner starts
 *       from a larger R. A committed C of an earlier term is R' or above it (T1 of R'), so C ≤ R'
 *       &lt; R by id: if R is of C's term, both are on one line, C first (F3); if R is of a later
 *       one, R's leader began below C (T1). So R descends from C, and T1 holds of R. R is not
 *       committed, or voters that hold it had refused R': so the winner stored it as one of its
 *       voters. What would be wrong is to count over the voters of R; that takes two changes.
 *   <li>A restarted node that does not vote and is not quiet, and a removed voter's promise that is
 *       kept until it votes again. Either matters only if a leader counts a promise that its giver
 *       has forgotten. Whoever has a seat in any record stored it first (newcomer first), so after
 *       a restart it is a voter, and quiet. Until then a leader counts over the seat only once it
 *       was told that the record is held; that is said by one that is promised at that moment, in
 *       the same life, later than anything it forgot, and for no less as long as promises do not
 *       get shorter. That premise falls with {@code max_promise}, so both rules stay.
 * </ul>
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
            "S13"),
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
            "    var why = wouldRefuse(turn, promised(turn, from));\n",
            "    var why = Why.GRANTED;\n",
            "L7"),
        shrinking(
            "tenure by V of a lagging view",
            "var renewed = renewed(turn, tenure, turn.content());",
            "var renewed = renewed(turn, tenure, turn.current.view().content());"),
        shrinking(
            "authority not shrunk with its voters",
            "if (!tenure.end().equals(known.end()))",
            "if (tenure.end().isAfter(known.end()))"),
        new Mutant( // of a leader and its newcomer each can win alone
            "votes by V of a lagging view",
            "election",
            "Candidate.java",
            "var counted = turn.content(); // R8",
            "var counted = turn.current.view().content();",
            Scenario.ELECTION_SHRINKING,
            "S8"));
  }

  private static Mutant shrinking(String name, String text, String replacement) {
    return new Mutant(
        name, "election", "Leader.java", text, replacement, Scenario.ELECTION_SHRINKING, "S6");
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
