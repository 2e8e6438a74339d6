package dev.meshkit.gate;

/**
 * Which version runs for a subject. There is deliberately nothing else to branch on: whether it is
 * new says nothing after a restart.
 *
 * @param version the one to run
 * @param source what it rests on
 * @param epoch the entry's; changes when the entry does; 0 without one
 * @param record the scope record it was committed with; {@link RecordId#NONE} without one
 */
public record Decision(int version, Source source, long epoch, RecordId record) {
  /** What a decision rests on. */
  public enum Source {
    /** The run keeps the version it began with. */
    PINNED,
    /** A quorum committed it. */
    COMMITTED,
    /** Nothing was ever committed. */
    BASELINE
  }
}
