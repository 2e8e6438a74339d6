package dev.meshkit.sim;

import java.util.List;

/** The planted bugs that break no safety rule, and take time or leaders. */
final class LatencyMutants {
  private LatencyMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        new Mutant(
            "a follower waits for its leader too long",
            "election",
            "Voter.java",
            "turn.fireAt = turn.promise.until().plus(turn.delayAfter(leader, turn.profile.jitter()));",
            "turn.fireAt = turn.promise.until().plus(turn.profile.maxPromise().multipliedBy(2));",
            Scenario.ELECTION_FAILOVER,
            "L1"),
        new Mutant(
            "who was quiet stands for nothing",
            "election",
            "Election.java",
            "turn.role = turn.isVoter() ? new Role.Follower() : new Role.Observer();",
            "{ turn.role = turn.isVoter() ? new Role.Follower() : new Role.Observer();"
                + " turn.fireAt = java.time.Instant.MAX; }",
            Scenario.ELECTION_FAILOVER,
            "L5"),
        new Mutant(
            "a hung disk is waited for",
            "election",
            "Disk.java",
            "return busy ? since.plus(profile.disk()) : Instant.MAX;",
            "return busy ? since.plus(profile.disk().multipliedBy(9)) : Instant.MAX;",
            Scenario.ELECTION_DISK,
            "L1"),
        new Mutant(
            "only the first acknowledgement counts",
            "election",
            "Tenure.java",
            "if (left.isEmpty() || itsSeq <= acked.getOrDefault(voter, 0L)) return this;",
            "if (left.isEmpty() || acked.containsKey(voter)) return this;",
            Scenario.ELECTION_QUIET,
            "L8"),
        new Mutant(
            "P is the floor whatever the network is like",
            "election",
            "Measured.java",
            "return longer(needed.compareTo(most) < 0 ? needed : most, profile.promise());",
            "return profile.promise();",
            Scenario.ELECTION_QUIET,
            "L8"));
  }
}
