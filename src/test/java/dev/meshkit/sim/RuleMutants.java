package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of single rules: of who may be moved by what, of ids and terms, of timers. */
final class RuleMutants {
  private static final String ASK = "if (why == Why.GRANTED) why = vote(turn, from, ask);";
  private static final String PRE =
      "if (why == Why.GRANTED) Candidate.yieldTo(turn, from, ask.rec());";

  private RuleMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        mutant(
            Scenario.ELECTION_RECORD,
            "id compared version first",
            "RecordId.java",
            "return byTerm != 0 ? byTerm : Long.compare(version, other.version);",
            "var byVersion = Long.compare(version, other.version);"
                + " return byVersion != 0 ? byVersion : byTerm;",
            "S3"),
        mutant(
            Scenario.ELECTION_CHAOS,
            "ack before the adopted term is durable",
            "Voter.java",
            "if (!termDurable || !recordDurable) turn.sendDurable(leader, ack);",
            "if (!termDurable || !recordDurable)"
                + " turn.add(new Effect.Send(leader, new Frame(turn.header(turn.current), ack), 0));",
            "S4"),
        foreign(
            "genesis id not compared",
            "    if (!header.genesis().equals(here.genesis())) return drop(turn, from, Drop.GENESIS);\n"),
        foreign(
            "a wild term is a term",
            "    if (isFar(turn, frame)) return drop(turn, from, Drop.WILD_TERM);\n"),
        foreign("what is refused is not counted", "    turn.add(new Effect.Dropped(from, why));\n"),
        mutant(
            Scenario.ELECTION_CHAOS,
            "vote cleared on leader change",
            "Voter.java",
            "turn.attempts = turn.attempts.cleared();",
            "turn.attempts = turn.attempts.cleared(); if (!turn.promise.leader().equals(leader))"
                + " turn.current = turn.current.raised(turn.current.term());",
            "S2"),
        mutant(
            Scenario.ELECTION_MEMBERSHIP,
            "store_uuid ignored",
            "Seat.java",
            "return node.equals(from) && (store.isEmpty() || store.equals(itsStore));",
            "return node.equals(from);",
            "S1,S2"),
        mutant(
            Scenario.ELECTION_ECHO,
            "tenure extended by an ack of another term",
            "Leader.java",
            "if (!turn.leading() || header.term() != turn.current.term()) return;",
            "if (!turn.leading()) return;",
            "S6"),
        mutant(
            Scenario.ELECTION_SHRINKING,
            "sole voter skips its quiet period without the term test",
            "Election.java",
            " && stored.record().id().term() == stored.term();",
            ";",
            "S6"),
        chaos(
            "leader votes while it has tenure", // it gives up before it votes, so S6 stands
            "if (turn.role instanceof Role.Leader(var tenure))"
                + " return turn.now.isBefore(tenure.end());",
            "",
            "E16"),
        chaos(
            "promise on pre-vote only",
            "promised(turn, from) && !Handover.frees(turn, from, header, ask.warrant());",
            "false;",
            "E16"),
        chaos(
            "term adopted while promised",
            ASK,
            "if (why == Why.PROMISE) turn.raise(ask.term()); " + ASK,
            "E16"),
        chaos(
            "pre-vote grant moves a timer",
            PRE,
            PRE + " if (why == Why.GRANTED) turn.fireAt = turn.now.plus(turn.profile.jitter());",
            "E24"),
        mutant(
            Scenario.ELECTION_CHAOS,
            "late heartbeat re-sticks",
            "Heard.java",
            "inTerm <= stepped.getOrDefault(leader, -1L) || ",
            "",
            "S11"),
        mutant(
            Scenario.ELECTION_CHAOS,
            "no lapse check",
            "Leader.java",
            "else if (!turn.now.isBefore(authorityEnd(turn, tenure))) stepDown(turn, Cause.LAPSE);",
            "",
            "LIVELOCK"),
        mutant(
            Scenario.ELECTION_CHAOS,
            "a tenure ends at ticks only",
            "Election.java",
            "Leader.expire(turn);",
            "if (input instanceof Input.Tick) Leader.expire(turn);",
            "S7"),
        mutant(
            Scenario.ELECTION_LAGGING,
            "ticks behind the disk",
            "State.java",
            "earliest(tenure.nextBeat(), tenure.authorityEnd(profile.epsilon()), diskDue());",
            "disk.busy() ? Instant.MAX :"
                + " earliest(tenure.nextBeat(), tenure.authorityEnd(profile.epsilon()), diskDue());",
            "L7"),
        mutant(
            Scenario.ELECTION_FAILOVER,
            "wins with all voters only",
            "Candidate.java",
            "return new Round(id, turn.self(), frame, others, counted.quorum(), deadline);",
            "return new Round(id, turn.self(), frame, others, counted.voters().size(), deadline);",
            "L1"),
        mutant(
            Scenario.ELECTION_FAILOVER,
            "waits for all voters",
            "Ballot.java",
            "return won() || lost();",
            "return granted.size() + refused.size() == round.others().size() + 1 || rival;",
            Mutant.LATENCIES));
  }

  /** Without a rule that what no node of this mesh says meets (E33). */
  private static Mutant foreign(String name, String rule) {
    return mutant(Scenario.ELECTION_CHAOS, name, "Election.java", rule, "", "S9");
  }

  private static Mutant chaos(String name, String text, String replacement, String oracles) {
    return mutant(Scenario.ELECTION_CHAOS, name, "Voter.java", text, replacement, oracles);
  }

  private static Mutant mutant(
      Scenario scenario,
      String name,
      String file,
      String text,
      String replacement,
      String oracles) {
    return new Mutant(name, "election", file, text, replacement, scenario, oracles);
  }
}
