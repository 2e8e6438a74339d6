package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Input;
import dev.meshkit.link.Links;
import dev.meshkit.transport.Family;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Gossip's calls over a node's links. Thread-safe.
 *
 * @param links the node's
 * @param views the committed records that it knows
 */
record LinkCalls(Links links, Views views) implements PeerCalls {
  @Override
  public void want(Map<NodeId, Endpoint> peers) {
    links.want(peers);
  }

  @Override
  public void served(Set<NodeId> peers) {
    links.served(peers);
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
  public Input fetch(NodeId from, Head head) throws InterruptedException {
    return views.fetch(from, head, links::sync);
  }

  @Override
  public void retell() {
    views.tell();
  }

  @Override
  public Result<Bytes> sync(NodeId to, Bytes request, Duration timeout)
      throws InterruptedException {
    return links.sync(to, request, timeout);
  }
}
