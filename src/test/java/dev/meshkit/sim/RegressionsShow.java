package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * V11. A violation means that a store went back in time, or runs twice, in a way that its peers
 * could see, and votes on; or that an honest store was quarantined.
 */
final class RegressionsShow implements Oracle {
  private final SortedSet<NodeId> guilty = new TreeSet<>(); // of anything, ever
  private final SortedSet<NodeId> atLarge = new TreeSet<>();
  private final SortedMap<NodeId, NodeId> twins = new TreeMap<>();

  @Override
  public String name() {
    return "V11";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Regressed(var node, var shown) -> {
        guilty.add(node);
        if (shown) atLarge.add(node);
        yield "";
      }
      case Sight.Copied(var node, var copy) -> {
        twins.put(node, copy);
        twins.put(copy, node);
        guilty.add(node);
        guilty.add(copy);
        atLarge.add(copy);
        yield "";
      }
      case Sight.Wiped(var node) -> {
        atLarge.remove(node);
        yield "";
      }
      case Sight.Quarantined(var node) -> quarantined(node);
      case Sight.Calm _ -> atLarge.isEmpty() ? "" : atLarge + " forgot votes and are at large";
      default -> "";
    };
  }

  /** One of two copies is enough. */
  private String quarantined(NodeId node) {
    atLarge.remove(node);
    atLarge.remove(twins.getOrDefault(node, node));
    return guilty.contains(node) ? "" : node + " is quarantined for nothing";
  }
}
