package dev.meshkit.gossip;

import java.time.Instant;

/** The last key of one that was forgotten: nothing at or below it makes a member again. */
final class Floor {
  final Key key;
  private Instant toldAt = Instant.MIN;

  Floor(Key key) {
    this.key = key;
  }

  /** Whether it is time to say so; once a second. */
  boolean isDue(Instant now) {
    if (now.isBefore(toldAt.plusSeconds(1))) return false;
    toldAt = now;
    return true;
  }
}
