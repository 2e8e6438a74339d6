package dev.meshkit.election;

/**
 * The one small thing a scope's voters replicate: a Raft log of length one that always holds the
 * whole state.
 *
 * @param id compared term first
 * @param content what is agreed on
 */
public record ScopeRecord(RecordId id, Content content) {
  /** The same content under another id: what a winner's rewrite is (R3). */
  public ScopeRecord as(RecordId other) {
    return new ScopeRecord(other, content);
  }

  /** The same content in {@code term}. */
  ScopeRecord rewritten(long term) {
    return as(new RecordId(term, id.version()));
  }
}
