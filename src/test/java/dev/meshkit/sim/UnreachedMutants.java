package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs that no seed shows, as something else makes up for each, or as it changes
 * nothing that anybody could see from without: each dies by the test of its rule.
 *
 * <ul>
 *   <li>A refusal without its term: who is behind in terms alone stays behind, but whoever is ahead
 *       wins, or fetches the record that it lacks, and raises the other.
 *   <li>A race that gives way without limit: it gives way to its betters only, and the best does
 *       not.
 *   <li>No jitter: places part the first attempts, giving way the later ones; neither L1 nor E23
 *       moves.
 *   <li>A record held without its exact term: {@code Leader.ack} takes acknowledgements of its own
 *       term only, and a leader's own record and term are written at once.
 *   <li>Heartbeats that queue: of the links, not of the core; the model's links lose what is late.
 *   <li>A term that is not raised, and a campaign that goes on, where a record is adopted: see
 *       {@link ElectorateMutants}.
 *   <li>A hello that says what is held now, or is judged by that: it matters only where the first
 *       one is lost on its way to the very peer that knew more, which one seed in 60,000 drew.
 *   <li>A cluster that is not compared: links refuse a foreign one before the core hears of it.
 *   <li>No word to who is accused: any answer tells it as well. Refusals to help that are not
 *       counted: no campaign measures a difference.
 * </ul>
 */
final class UnreachedMutants {
  private UnreachedMutants() {}

  /** All of them; each names the test that it breaks. */
  static List<Mutant> all() {
    return List.of(
        mutant(
            "hold without exact term",
            "Header.java",
            "return term == record.term() && rec.equals(record);",
            "return rec.equals(record);",
            "AdoptionTest#onlyTheVeryTermHolds"),
        mutant(
            "campaign goes on after its record grew",
            "Voter.java",
            "turn.rest(Cause.HIGHER_TERM); // in or out of V; votes count over V of what the ask carried",
            "",
            "AdoptionTest#aLaterRecordEndsACampaign"),
        mutant(
            "term not raised on adopting a record",
            "Voter.java",
            "turn.raise(later.id().term());",
            "",
            "AdoptionTest#aLaterRecordRaisesTheTerm"),
        mutant(
            "no jitter",
            "Turn.java",
            "return place(lapsed).plus(facts.upTo(spread));",
            "return place(lapsed);",
            "LeaderTest#anOvertakenCandidateDoesNotFireAtOnce"),
        mutant(
            "no jitter after a lost round",
            "Candidate.java",
            "turn.fireAt = turn.now.plus(turn.facts.upTo(spread));",
            "turn.fireAt = turn.now;",
            "AdoptionTest#aLostRoundIsFollowedByAWaitThatIsDrawn"),
        mutant(
            "refusal without term",
            "Candidate.java",
            "turn.raise(ballot.higher());",
            "",
            "LeaderTest#aHigherTermHeardInARoundIsAdopted"),
        mutant(
            "yield without limit",
            "Candidate.java",
            "|| turn.attempts.yielded().contains(rival))",
            ")",
            "LeaderTest#aPreCandidateYieldsOnceToOneBeforeIt"),
        mutant(
            "a hello is judged as any other frame",
            "Peers.java",
            "shown.refuses(header) || (hello && forgot(header));",
            "shown.refuses(header);",
            "QuarantineTest#aHelloIsJudgedByWhatWasShownBefore"),
        mutant(
            "a hello says what is held now",
            "Quarantine.java",
            "var said = now.generation() == began.generation() ? began.of(now) : now;",
            "var said = now;",
            "QuarantineTest#aRestartedVoterSaysHelloWhileItIsQuiet"),
        elsewhere(
            "heartbeats queued",
            "link",
            "Outgoing.java",
            "key.isEmpty() ? new Key.Numbered(unkeyed++) : new Key.Named(key);",
            "new Key.Numbered(unkeyed++);",
            "OutgoingTest#aFrameReplacesTheWaitingOneOfItsKeyInItsPlace"),
        elsewhere(
            "trust domain not compared",
            "link",
            "HelloRules.java",
            "if (!theirs.cluster().equals(ours.cluster())) {",
            "if (theirs.cluster().isEmpty()) {",
            "HelloRulesTest#ofAnotherCluster"),
        elsewhere(
            "buddy off",
            "gossip",
            "Prober.java",
            "var accusation = suspected ? post.told(turn, probe.target) : Told.NOTHING;",
            "var accusation = suspected ? Told.NOTHING : post.told(turn, probe.target);",
            "ProberTest#aPingTellsTheSuspect"),
        elsewhere(
            "nacks ignored",
            "gossip",
            "Prober.java",
            "probe.nacked.add(from);",
            "",
            "ProberTest#localHealthFollowsTheTable"));
  }

  private static Mutant mutant(
      String name, String file, String text, String replacement, String test) {
    return elsewhere(name, "election", file, text, replacement, test);
  }

  private static Mutant elsewhere(
      String name, String core, String file, String text, String replacement, String test) {
    return new Mutant(name, core, file, text, replacement, Scenario.ELECTION_CHAOS, test);
  }
}
