package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Map;

/** What the gossip loop asks of the links: {@code link.Links}, or a network in memory in tests. */
interface PeerCalls {
  /** Keep links to exactly these. Never blocks. */
  void want(Map<NodeId, Endpoint> peers);

  /** Send a gossip frame; false if there is no live link. Never blocks. */
  boolean send(NodeId to, Bytes frame);

  /** Find out who is at an endpoint; blocks a few seconds at most. */
  Result<NodeId> greet(Endpoint at) throws InterruptedException;

  /** Exchange tables; blocks at most {@code timeout}. */
  Result<Bytes> sync(NodeId to, Bytes request, Duration timeout) throws InterruptedException;
}
