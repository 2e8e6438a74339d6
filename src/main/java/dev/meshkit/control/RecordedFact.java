package dev.meshkit.control;

import java.time.Duration;
import java.time.Instant;

/** One thing a flight recording says of an election, by the wall clock of the host it is from. */
sealed interface RecordedFact {
  /** When it began. */
  Instant at();

  /** Who recorded it. */
  String node();

  /** Of which election. */
  String scope();

  /**
   * A node asked for votes, or who would vote.
   *
   * @param took from its first request to its outcome
   * @param pre it only asked who would vote
   * @param against who did not grant, and why
   * @param result WON, LOST, RIVAL or TIMEOUT
   */
  record Raced(
      Instant at,
      Duration took,
      String node,
      String scope,
      long term,
      boolean pre,
      int granted,
      String against,
      String result)
      implements RecordedFact {}

  /**
   * A node has another belief of who leads.
   *
   * @param from who led; empty: nobody
   * @param to who leads; empty: nobody
   */
  record Changed(
      Instant at, String node, String scope, String from, String to, String fence, String cause)
      implements RecordedFact {}

  /** A node led; {@code cause} ended it. */
  record Reigned(Instant at, Duration took, String node, String scope, String fence, String cause)
      implements RecordedFact {}

  /**
   * A node knew of no leader, from the end of {@code from}'s time to the beginning of {@code to}'s.
   */
  record Vacant(Instant at, Duration took, String node, String scope, String from, String to)
      implements RecordedFact {
    /** When this node knew of a leader again. */
    Instant end() {
      return at.plus(took);
    }
  }

  /** A node knows that a record is committed. */
  record Committed(
      Instant at, String node, String scope, String record, String actor, String reason)
      implements RecordedFact {}
}
