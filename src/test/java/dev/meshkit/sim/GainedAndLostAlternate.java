package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;

/**
 * S10 (and S7, S11). A violation means that an application was promoted twice, demoted without
 * cause, or saw its fence fall or return.
 */
final class GainedAndLostAlternate implements Oracle {
  private final Map<String, Fence> leading = new TreeMap<>();
  private final Map<String, Fence> latest = new TreeMap<>();

  @Override
  public String name() {
    return "S10";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Gained(var node, var fence) -> gained(node, fence);
      case Sight.Lost(var node, var fence) -> lost(node, fence);
      case Sight.Stopped(var node) -> {
        leading.keySet().removeIf(key -> key.startsWith(node + " "));
        yield "";
      }
      default -> "";
    };
  }

  private String gained(NodeId node, Fence fence) {
    var key = node + " " + fence.scope();
    var held = leading.put(key, fence);
    if (held != null) return node + " gains " + fence + " while it holds " + held;
    var before = latest.put(key, fence);
    return before == null || before.compareTo(fence) < 0
        ? ""
        : node + " gains " + fence + " after " + before;
  }

  private String lost(NodeId node, Fence fence) {
    var held = leading.remove(node + " " + fence.scope());
    return fence.equals(held) ? "" : node + " loses " + fence + ", which it does not hold";
  }
}
