package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who wants a change, why, and when that was heard by the leader.
 *
 * @param actor who, at most 256 bytes of UTF-8; empty: the leader's own node
 * @param reason why, for people, at most 256 bytes of UTF-8
 * @param wall the leader's wall clock, in whole milliseconds
 */
public record Author(String actor, String reason, Instant wall) {
  /** The longest name and the longest reason, bytes. */
  public static final int MAX_BYTES = 256;

  /** The leader's own node, for no reason that it told. */
  public static final Author NONE = new Author("", "", Instant.EPOCH);

  /** Checks the limits. */
  public Author {
    if (Bytes.utf8(actor).size() > MAX_BYTES || Bytes.utf8(reason).size() > MAX_BYTES)
      throw new IllegalArgumentException("an actor and a reason have at most 256 bytes each");
    if (wall.isBefore(Instant.EPOCH) || !wall.truncatedTo(ChronoUnit.MILLIS).equals(wall))
      throw new IllegalArgumentException("want whole milliseconds since 1970, not " + wall);
  }
}
