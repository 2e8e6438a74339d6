package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;

/**
 * S1. A violation means that two leaders carry one fence, so that no resource can tell them apart.
 */
final class OneWinnerATerm implements Oracle {
  private final Map<String, NodeId> winners = new TreeMap<>();

  @Override
  public String name() {
    return "S1";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Won(var node, var fence) -> won(node, fence);
      case Sight.Gained(var node, var fence) -> gained(node, fence);
      case Sight.Split(var node) -> node + " meets another leader of its own term";
      default -> "";
    };
  }

  private String won(NodeId node, Fence fence) {
    var before = winners.putIfAbsent(key(fence), node);
    return before == null ? "" : node + " wins " + fence + ", which " + before + " had won";
  }

  private String gained(NodeId node, Fence fence) {
    var winner = winners.putIfAbsent(key(fence), node);
    return winner == null || winner.equals(node)
        ? ""
        : node + " leads " + fence + ", which " + winner + " had won";
  }

  private static String key(Fence fence) {
    return fence.scope() + " " + fence.text();
  }
}
