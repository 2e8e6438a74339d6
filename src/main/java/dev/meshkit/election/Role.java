package dev.meshkit.election;

import java.time.Instant;

/**
 * What a node is in a scope at present.
 *
 * <pre>
 * RECOVERING → FOLLOWER → PRE_CANDIDATE → CANDIDATE → PENDING → LEADER
 * any but RECOVERING and OBSERVER → FOLLOWER; any → STOPPED
 * </pre>
 */
public sealed interface Role {
  /** Not a voter: it neither votes nor campaigns. */
  record Observer() implements Role {}

  /**
   * Restarted: it may have given promises it has forgotten.
   *
   * @param until when all of them have run out
   */
  record Recovering(Instant until) implements Role {}

  /** A voter at rest. */
  record Follower() implements Role {}

  /**
   * Asks who would vote for it.
   *
   * @param round what is asked
   * @param expires when the round is lost even if nobody says so
   */
  record PreCandidate(Round round, Instant expires) implements Role {}

  /**
   * Asks for votes; its own is given.
   *
   * @param round what is asked
   * @param expires when the round is lost even if nobody says so
   */
  record Candidate(Round round, Instant expires) implements Role {}

  /**
   * Won its term; waits for a quorum of promises.
   *
   * @param tenure its beats and what came back
   */
  record Pending(Tenure tenure) implements Role {}

  /**
   * Leads, with authority until {@code tenure.end() − ε}.
   *
   * @param tenure its beats and what came back
   */
  record Leader(Tenure tenure) implements Role {}

  /**
   * Finished.
   *
   * @param cause why
   */
  record Stopped(HaltCause cause) implements Role {}
}
