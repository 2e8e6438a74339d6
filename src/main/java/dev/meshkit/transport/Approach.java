package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;

/**
 * One dial.
 *
 * @param at where
 * @param expected who must be there; {@link NodeId#NOBODY} if any node of the cluster will do
 * @param doubtful whether HTTP/3 failed not long ago, so that HTTP/2 joins the race at once
 */
public record Approach(Endpoint at, NodeId expected, boolean doubtful) {
  /** To a node that HTTP/3 is expected to reach. */
  public static Approach to(Endpoint at, NodeId expected) {
    return new Approach(at, expected, false);
  }
}
