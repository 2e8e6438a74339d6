package dev.meshkit.gossip;

import java.util.List;

/**
 * What a node knows of itself and others when it starts.
 *
 * @param generation the last one made durable, 0 at the first start
 * @param peers remembered from earlier lives
 */
public record Past(long generation, List<Remembered> peers) {
  /** A first start. */
  public static final Past NONE = new Past(0, List.of());

  /** Copies the list. */
  public Past {
    peers = List.copyOf(peers);
  }
}
