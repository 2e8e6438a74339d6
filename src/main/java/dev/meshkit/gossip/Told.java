package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.TreeSet;

/**
 * An entry as one node tells it to another.
 *
 * @param id of whom
 * @param entry what is known
 * @param age how long ago the teller first held it DEAD or LEFT; ZERO of the living
 */
public record Told(NodeId id, Entry entry, Duration age) {
  /** Nothing told, of nobody. */
  public static final Told NOTHING =
      new Told(
          NodeId.NOBODY,
          new Entry(new Key(0, 0, Rank.ALIVE), Attrs.NONE, new TreeSet<>()),
          Duration.ZERO);

  /** News of the living. */
  public static Told of(NodeId id, Entry entry) {
    return new Told(id, entry, Duration.ZERO);
  }
}
