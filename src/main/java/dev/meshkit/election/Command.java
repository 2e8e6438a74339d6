package dev.meshkit.election;

import dev.meshkit.api.Bytes;

/**
 * A change that somebody wants, under an id of its own: the same command sent again lands once.
 *
 * @param id 1 to 32 bytes, drawn by whoever wants it
 * @param expected the record's version it was decided on, or {@link #ANY}
 * @param change what
 * @param author who wants it; kept in the record's audit
 */
public record Command(Bytes id, long expected, Change change, Author author) {
  /** Whatever the version is. */
  public static final long ANY = 0;

  /** The longest id, bytes. */
  public static final int MAX_ID = 32;

  /** One of the leader's own node. */
  public Command(Bytes id, long expected, Change change) {
    this(id, expected, change, Author.NONE);
  }

  /** Checks the limits. */
  public Command {
    if (id.isEmpty() || id.size() > MAX_ID)
      throw new IllegalArgumentException("a command's id has 1 to 32 bytes, not " + id.size());
    if (expected < 0) throw new IllegalArgumentException("a version is not negative: " + expected);
  }
}
