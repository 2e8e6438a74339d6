package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code election.vote}: electorates that find themselves, the same on every node.
 *
 * @param birth how scopes begin in which no voters are named; default none
 * @param deadVoterAfter how long a voter must be dead before another takes its seat, 1 s to 30 d;
 *     default 10 min: longer than a restart, or seats move for nothing
 * @param settle how long a node must have been alive before it is asked to vote, 1 s to 1 h;
 *     default 30 s; a third of it it must have followed the leader, a sixth lies between two steps
 */
public record ElectionVoteConfig(ElectionBirth birth, Duration deadVoterAfter, Duration settle) {
  /** The defaults. */
  public static ElectionVoteConfig defaults() {
    return new ElectionVoteConfig(
        ElectionBirth.NONE, Duration.ofMinutes(10), Duration.ofSeconds(30));
  }

  /** This, with another birth. */
  public ElectionVoteConfig withBirth(ElectionBirth birth) {
    return new ElectionVoteConfig(birth, deadVoterAfter, settle);
  }

  /** This, with other times. */
  public ElectionVoteConfig withTimes(Duration deadVoterAfter, Duration settle) {
    return new ElectionVoteConfig(birth, deadVoterAfter, settle);
  }

  Rules check(String section) {
    return Rules.of(section)
        .range("dead_voter_after", deadVoterAfter, Duration.ofSeconds(1), Duration.ofDays(30))
        .range("settle", settle, Duration.ofSeconds(1), Duration.ofHours(1));
  }
}
