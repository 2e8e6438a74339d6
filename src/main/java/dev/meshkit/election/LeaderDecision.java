package dev.meshkit.election;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;

/** Who leads, as one voter sees it. */
public sealed interface LeaderDecision {
  /**
   * This node does.
   *
   * @param fence of its tenure
   */
  record Led(Fence fence) implements LeaderDecision {}

  /**
   * Somebody else does.
   *
   * @param leader who
   * @param fence of that leader's term
   */
  record Following(NodeId leader, Fence fence) implements LeaderDecision {}

  /**
   * Nobody is known to.
   *
   * @param term this voter's
   */
  record Undecided(long term) implements LeaderDecision {}
}
