package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Something about roads that an operator may ask about later.
 *
 * @param what happened
 * @param peer with whom; {@link NodeId#NOBODY} when it is about this host
 * @param reason why, as a word
 * @param code the MK code, empty for none
 * @param at where nobody known was looked for; {@link Endpoint#NONE} else
 * @param took how long this node's dial of it took; zero where it did not dial
 */
public record RoadNews(
    What what, NodeId peer, String reason, String code, Endpoint at, Duration took) {
  /** One that no time is told of. */
  public RoadNews(What what, NodeId peer, String reason, String code, Endpoint at) {
    this(what, peer, reason, code, at, Duration.ZERO);
  }

  /** About a known peer, or this host. */
  public RoadNews(What what, NodeId peer, String reason, String code) {
    this(what, peer, reason, code, Endpoint.NONE);
  }

  /** The same, of a dial that took so long. */
  RoadNews in(Duration time) {
    return new RoadNews(what, peer, reason, code, at, time);
  }

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
    BLOCKED,
    /** UDP gets no answer, and this node's mode permits no HTTP/2: MK-NET-004. */
    NO_UDP,
    /** Both regions permit no version in common: MK-NET-007. */
    NO_VERSION,
    /** The road there is stays, for seconds now: that of the wanted version cannot be had. */
    NOT_SWITCHED
  }

  /** Where news go; must return at once. */
  @FunctionalInterface
  public interface Sink extends Consumer<RoadNews> {}
}
