package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of the election core: each names the oracles that may catch it. */
final class ElectionMutants {
  private ElectionMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        chaos(
            "a candidate wins one vote short",
            "Ballot.java",
            "granted.size() >= round.quorum()",
            "granted.size() >= round.quorum() - 1",
            "S1,S6"),
        chaos(
            "a second vote in one term",
            "Voter.java",
            "if (!voted.isNobody() && !voted.equals(from)) return Why.VOTED;",
            "",
            "S2"),
        chaos(
            "vote not kept across a crash",
            "Turn.java",
            "add(new Effect.Persist(disk.k(), current));",
            "add(new Effect.Persist(disk.k(), current.raised(current.term())));",
            "S4"),
        chaos(
            "a lower term adopted",
            "Turn.java",
            "if (term <= current.term()) return;",
            "if (term == current.term()) return;",
            "S3,S4"),
        chaos(
            "answer before StorageDone",
            "Turn.java",
            "new Frame(header(current), message), disk.covering(current)",
            "new Frame(header(current), message), 0",
            "S4"),
        chaos(
            "header from memory instead of disk",
            "Turn.java",
            "new Frame(header(disk.durable()), message)",
            "new Frame(header(current), message)",
            "S4"),
        late(
            "κ = 1",
            "Drift.java",
            "promise.toNanos() * (MILLION - rhoPpm) / (MILLION + rhoPpm)",
            "promise.toNanos()",
            "S6"),
        late(
            "tenure from receive time",
            "Leader.java",
            "tenure(turn).acked(from, ack.seq(), granted, drift)",
            "tenure(turn).acked(from, ack.seq(), granted.plus(Duration.between("
                + "tenure(turn).sent().at(ack.seq()).orElse(turn.now), turn.now)), drift)",
            "S6"),
        chaos(
            "promise ignored",
            "Voter.java",
            "return turn.promise.forbids(other, turn.now);",
            "return false;",
            "S6,E16"),
        new Mutant(
            "no quiet period",
            "election",
            "Election.java",
            "fresh || alone ? Duration.ZERO : stored.cap()",
            "Duration.ZERO",
            Scenario.ELECTION_RESTART,
            "S6"),
        new Mutant(
            "cap lowered at once",
            "election",
            "Lowering.java",
            "return !now.isBefore(at);",
            "return at.isBefore(Instant.MAX);",
            Scenario.ELECTION_SHORTENING,
            "S6"),
        chaos(
            "half is a quorum",
            "Content.java",
            "return voters.size() / 2 + 1;",
            "return (voters.size() + 1) / 2;",
            "S1,S6,S13,S8"),
        chaos(
            "no Lost after a Gained",
            "Turn.java",
            "add(new Effect.Lost(tenure.fence(), cause));",
            "",
            "S10,S6"),
        chaos(
            "Lost twice",
            "Turn.java",
            "add(new Effect.Lost(tenure.fence(), cause));",
            "add(new Effect.Lost(tenure.fence(), cause));"
                + " add(new Effect.Lost(tenure.fence(), cause));",
            "S10"),
        chaos(
            "a lost round is the last",
            "Candidate.java",
            "turn.fireAt = turn.now.plus(turn.facts.upTo(spread));",
            "turn.fireAt = java.time.Instant.MAX;",
            "L6"),
        record(
            "vote without record comparison",
            "RecordId.java",
            "return compareTo(other) >= 0;",
            "return true;",
            "S8"),
        new Mutant(
            "propose before own-term commit",
            "election",
            "Proposer.java",
            "return own && committed && ",
            "return ",
            Scenario.ELECTION_MEMBERSHIP,
            "S8"),
        new Mutant(
            "two proposals in flight",
            "election",
            "Proposer.java",
            "var committed = turn.current.view().equals(turn.record());",
            "var committed = true;",
            Scenario.ELECTION_MEMBERSHIP,
            "S8"),
        record(
            "a retry lands again",
            "Proposer.java",
            "if (base.content().applied().contains(command.id()))",
            "if (false)",
            "S8"),
        record(
            "a change decided on another version lands",
            "Proposer.java",
            "else if (command.expected() != Command.ANY && command.expected() != version)",
            "else if (command.expected() == Long.MIN_VALUE)",
            "V18"),
        record(
            "commit one voter short",
            "Tenure.java",
            "return holds.size() >= content.quorum();",
            "return holds.size() >= content.quorum() - 1;",
            "S13"),
        record(
            "view from an uncommitted record",
            "Voter.java",
            "if (beat.committed().equals(turn.record().id()) && ",
            "if (",
            "S13"),
        record(
            "Applied before commit",
            "Proposer.java",
            "Leader.authority(turn, Leader.renewed(turn, begun, next.content()));",
            "Leader.authority(turn, Leader.renewed(turn, begun, next.content()));"
                + " for (var c : turn.agenda.inFlight())"
                + " reply(turn, c, new Verdict.Applied(next.id().version()));",
            "S13"),
        record(
            "a view told of before it is durable",
            "Voter.java",
            "new Effect.Committed(committed, turn.disk.covering(turn.current), holders)",
            "new Effect.Committed(committed, 0, holders)",
            "S13"),
        record(
            "no rewrite on win",
            "Candidate.java",
            "turn.record().rewritten(turn.current.term())",
            "turn.record()",
            "L10"));
  }

  private static Mutant late(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(name, "election", file, text, replacement, Scenario.ELECTION_LATE, oracles);
  }

  private static Mutant record(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(name, "election", file, text, replacement, Scenario.ELECTION_RECORD, oracles);
  }

  private static Mutant chaos(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(name, "election", file, text, replacement, Scenario.ELECTION_CHAOS, oracles);
  }
}
