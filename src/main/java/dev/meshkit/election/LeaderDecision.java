package dev.meshkit.election;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import java.util.Optional;

/** Who leads, as one voter sees it. */
public sealed interface LeaderDecision {
  /** The same in the words of applications, said by {@code self}. */
  default ScopeLeader by(Scope scope, NodeId self) {
    return switch (this) {
      case Led(var fence) -> new ScopeLeader(scope, self, Optional.of(fence));
      case Following(var leader, var fence) -> new ScopeLeader(scope, leader, Optional.of(fence));
      case Undecided _ -> new ScopeLeader(scope, NodeId.NOBODY, Optional.empty());
    };
  }

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
