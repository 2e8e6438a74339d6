package dev.meshkit.gossip;

/** What is said of one life of a node; later constants outrank earlier ones. */
public enum Rank {
  /** Said by the subject, or of it before any accusation. */
  ALIVE(0),
  /** Accused of silence. */
  SUSPECT(1),
  /** Held dead by at least one observer. */
  DEAD(2),
  /** Said goodbye; only the subject says this. */
  LEFT(3);

  private final int code;

  Rank(int code) {
    this.code = code;
  }

  /** Its number on the wire and in hashes; never changes. */
  public int code() {
    return code;
  }
}
