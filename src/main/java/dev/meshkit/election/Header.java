package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;

/**
 * What every frame says of its sender: its durable term and record id at one instant (R5). The
 * sender itself is the link's certificate.
 *
 * @param scope which election
 * @param generation of the scope
 * @param genesis of the scope
 * @param term the sender's term
 * @param rec the id of the sender's latest record
 * @param store the sender's store
 * @param life the sender's process
 */
public record Header(
    Scope scope, int generation, Bytes genesis, long term, RecordId rec, Bytes store, Life life) {
  /** Of a sender that says nothing of its process. */
  public Header(Scope scope, int generation, Bytes genesis, long term, RecordId rec, Bytes store) {
    this(scope, generation, genesis, term, rec, store, Life.UNSAID);
  }

  /** Whether the sender holds {@code record}: it stores it and its term has not moved on (R5). */
  boolean holds(RecordId record) {
    return term == record.term() && rec.equals(record);
  }
}
