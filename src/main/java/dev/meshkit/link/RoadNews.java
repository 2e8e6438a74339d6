package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import java.util.function.Consumer;

/**
 * Something about roads that an operator may ask about later.
 *
 * @param what happened
 * @param peer with whom; {@link NodeId#NOBODY} when it is about this host
 * @param reason why, as a word
 * @param code the MK code, empty for none
 */
public record RoadNews(What what, NodeId peer, String reason, String code) {
  /** What there is to tell. */
  public enum What {
    /** The peer is reached over HTTP/2 though HTTP/3 is permitted: MK-NET-003. */
    DOWNGRADED,
    /** So are nearly all peers: UDP is blocked at this host. Told instead of one a peer. */
    UDP_BLOCKED,
    /** The streams with the peer moved from HTTP/2 to HTTP/3. */
    PROMOTED,
    /** The peer is reached over the legacy socket, as both regions' versions say. */
    LEGACY,
    /** So it was, and is no more. */
    LEFT_LEGACY,
    /** An identity was refused: nothing is dialled for a while. */
    BLOCKED
  }

  /** Where news go; must return at once. */
  @FunctionalInterface
  public interface Sink extends Consumer<RoadNews> {}
}
