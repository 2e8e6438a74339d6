package dev.meshkit.link;

import dev.meshkit.api.NodeId;

/** Receives the durable messages of a peer. */
@FunctionalInterface
public interface DeliveryServer {
  /**
   * Serves one Deliver stream until it ends; the stream is closed when this returns. Runs on a
   * virtual thread of its own. A later stream of the same peer closes this one first.
   *
   * @param from whose certificate the stream carries
   * @param stream their messages in, our receipts out
   */
  void serve(NodeId from, Duplex stream) throws InterruptedException;
}
