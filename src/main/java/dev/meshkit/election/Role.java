package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Instant;

/**
 * What a node is in a scope at present.
 *
 * <pre>
 * RECOVERING → FOLLOWER → PRE_CANDIDATE → CANDIDATE → PENDING → LEADER
 * any but RECOVERING, OBSERVER and QUARANTINED → FOLLOWER; any → QUARANTINED; any → STOPPED
 * </pre>
 */
public sealed interface Role {
  /** Not a voter: it neither votes nor campaigns. */
  record Observer() implements Role {}

  /**
   * Restarted: it may have given promises it has forgotten.
   *
   * @param until when all of them have run out
   * @param hello when it shows itself to the others again; the far future if it says nothing
   * @param began what it then says its store held
   */
  record Recovering(Instant until, Instant hello, Began began) implements Role {
    private static final Began NOTHING = new Began(0, 0, RecordId.NONE);

    Recovering(Instant until) {
      this(until, Instant.MAX, NOTHING);
    }

    /** What a store held when its process began. */
    record Began(int generation, long term, RecordId rec) {
      static Began with(Durable stored) {
        var record = stored.record();
        return new Began(record.content().generation(), stored.term(), record.id());
      }

      Header of(Header now) {
        return new Header(
            now.scope(), generation, now.genesis(), term, rec, now.store(), now.life());
      }
    }

    Recovering after(Instant next) {
      return new Recovering(until, next, began);
    }
  }

  /**
   * Its store went back in time, or runs twice, says a peer: it neither votes nor campaigns until
   * it has another store.
   *
   * @param by who says so
   */
  record Quarantined(NodeId by) implements Role {}

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
