package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;

/**
 * Where what peers do arrives. Called from many threads at once; only {@link #sync} and {@link
 * #command} may block. {@link Dispatcher} is the one of a node.
 */
public interface Inbound {
  /** A Stream with this peer is live, whoever opened it. */
  void up(NodeId peer);

  /**
   * The Stream with this peer ended and no other took its place, or it could not be opened.
   *
   * @param peer with whom
   * @param refused the peer's host answered that nobody listens
   */
  void down(NodeId peer, boolean refused);

  /**
   * A frame of a live Stream or Elect.
   *
   * @param from whose certificate the link carries
   * @param family STREAM or ELECT
   * @param frame within its family's size, not yet decoded
   */
  void frame(NodeId from, Family family, Bytes frame);

  /** Answers a peer's {@code Mesh.Sync}; blocks at most 2 s. */
  Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException;

  /** Answers a peer's {@code Mesh.Command}; blocks at most 10 s. Who leads nothing refuses. */
  default Result<Bytes> command(NodeId from, Bytes request) throws InterruptedException {
    return Result.err(
        MeshError.unavailable(
            "answer a command of " + from, "this node leads nothing", "ask the node that leads"));
  }
}
