package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.link.Links;
import dev.meshkit.transport.Family;
import java.time.Duration;
import java.util.Map;

/**
 * Gossip's calls over a node's links. Thread-safe.
 *
 * @param links the node's
 */
record LinkCalls(Links links) implements PeerCalls {
  @Override
  public void want(Map<NodeId, Endpoint> peers) {
    links.want(peers);
  }

  @Override
  public boolean send(NodeId to, Bytes frame) {
    return links.send(to, Family.STREAM, "", frame);
  }

  @Override
  public Result<NodeId> greet(Endpoint at) throws InterruptedException {
    return links.greet(at);
  }

  @Override
  public Result<Bytes> sync(NodeId to, Bytes request, Duration timeout)
      throws InterruptedException {
    return links.sync(to, request, timeout);
  }
}
