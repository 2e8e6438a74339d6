package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * S12. A violation means that a process goes on voting, or leading, on a store of which it knows
 * that it forgot votes.
 */
final class QuarantinedNeverGrant implements Oracle {
  private final SortedSet<NodeId> silent = new TreeSet<>();

  @Override
  public String name() {
    return "S12";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Quarantined(var node) -> {
        silent.add(node);
        yield "";
      }
      case Sight.Started(var node) -> {
        silent.remove(node);
        yield "";
      }
      case Sight.Granted(var voter, var term, var candidate) ->
          silent.contains(voter) ? voter + ", quarantined, votes for " + candidate + term : "";
      case Sight.Gained(var node, var fence) ->
          silent.contains(node) ? node + ", quarantined, leads " + fence : "";
      default -> "";
    };
  }
}
