package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The links of one node: a live Stream and Elect with each wanted peer, redialled with jitter, and
 * calls to peers. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester") // until it has its bodies
public final class Links implements AutoCloseable {
  private Links() {}

  /**
   * Binds the listeners and starts. Nothing is dialled before {@link #want} or {@link #greet}. A
   * port that is taken is MK-NODE-002, any other failure to bind MK-NET-001.
   */
  public static Result<Links> open(LinkOptions options, Credentials credentials, LinkPorts ports) {
    throw new UnsupportedOperationException("being built: " + options + credentials + ports);
  }

  /** Where this node listens, with the port that was really bound. */
  public Endpoint local() {
    throw new UnsupportedOperationException("being built");
  }

  /**
   * Keeps a link to exactly these peers; replaces what was wanted before. Links to others end, but
   * those that the others keep stay. Never blocks.
   */
  public void want(Map<NodeId, Endpoint> peers) {
    throw new UnsupportedOperationException("being built: " + peers);
  }

  /**
   * Queues a frame on the peer's live Stream or Elect. False when there is none. Never blocks.
   *
   * @param to whom
   * @param family STREAM or ELECT
   * @param key a waiting frame of the same key is replaced; empty for none
   * @param frame within its family's size
   */
  public boolean send(NodeId to, Family family, String key, Bytes frame) {
    throw new UnsupportedOperationException("being built: " + to + family + key + frame);
  }

  /** Dials an endpoint of unknown owner and returns who it is. Blocks at most 5 s. */
  public Result<NodeId> greet(Endpoint seed) throws InterruptedException {
    throw new UnsupportedOperationException("being built: " + seed);
  }

  /** Calls {@code Mesh.Sync}. Blocks at most {@code timeout}. */
  public Result<Bytes> sync(NodeId to, Bytes request, Duration timeout)
      throws InterruptedException {
    throw new UnsupportedOperationException("being built: " + to + request + timeout);
  }

  /** Opens a Deliver stream to a peer. Blocks at most 5 s. */
  public Result<Duplex> deliver(NodeId to) throws InterruptedException {
    throw new UnsupportedOperationException("being built: " + to);
  }

  /** The peers with a live Stream. */
  public Set<NodeId> up() {
    throw new UnsupportedOperationException("being built");
  }

  /** The road of each peer that has one, for the member list. */
  public Map<NodeId, RoadKind> roads() {
    throw new UnsupportedOperationException("being built");
  }

  /** Ends every call and thread within 2 s, and unbinds. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("being built");
  }
}
