package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;

/**
 * An entry as one node tells it to another.
 *
 * @param id of whom
 * @param entry what is known
 * @param age how long ago the teller first held it DEAD or LEFT; ZERO of the living
 */
public record Told(NodeId id, Entry entry, Duration age) {
  /** Nothing told, of nobody. */
  public static final Told NOTHING = of(NodeId.NOBODY, Entry.NOTHING);

  /** News of the living. */
  public static Told of(NodeId id, Entry entry) {
    return new Told(id, entry, Duration.ZERO);
  }
}
