package dev.meshkit.election;

/**
 * Which scope record: the term of the leader that wrote it, then its place on that leader's line.
 *
 * @param term compared first
 * @param version counts the contents of a scope
 */
public record RecordId(long term, long version) implements Comparable<RecordId> {
  /** Before every record. */
  public static final RecordId NONE = new RecordId(0, 0);

  /** Checks that neither is negative. */
  public RecordId {
    if (term < 0 || version < 0)
      throw new IllegalArgumentException("a record id is not negative: " + term + "/" + version);
  }

  /** Whether this is {@code other} or comes after it. */
  public boolean atLeast(RecordId other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(RecordId other) {
    var byTerm = Long.compare(term, other.term);
    return byTerm != 0 ? byTerm : Long.compare(version, other.version);
  }

  /** {@code term/version}. */
  @Override
  public String toString() {
    return term + "/" + version;
  }
}
