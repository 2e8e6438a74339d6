package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Input;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What the gossip loop asks of the links: {@code link.Links}, or a network in memory in tests. */
interface PeerCalls {
  /** Keep links to exactly these. Never blocks. */
  void want(Map<NodeId, Endpoint> peers);

  /** These have said where their legacy port is, or that it is elsewhere now. Never blocks. */
  void served(Set<NodeId> peers);

  /** Send a gossip frame; false if there is no live link. Never blocks. */
  boolean send(NodeId to, Bytes frame);

  /** Find out who is at an endpoint; blocks a few seconds at most. */
  Result<NodeId> greet(Endpoint at) throws InterruptedException;

  /**
   * Bring the view of a scope up to a committed record that a peer has: {@link Input.Viewed},
   * {@link Input.Unfetched}, or {@link Input.Tick} where an election says itself when it is; blocks
   * a few seconds at most.
   */
  Input fetch(NodeId from, Head head) throws InterruptedException;

  /** Tell the loop what it could not be told before. Never blocks. */
  void retell();

  /** Exchange tables; blocks at most {@code timeout}. */
  Result<Bytes> sync(NodeId to, Bytes request, Duration timeout) throws InterruptedException;
}
