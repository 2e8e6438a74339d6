package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * M10 and G4. A violation means that a process stopped as a clone though nobody else ran under its
 * name, or that two went on: then a disk that was copied costs both, or stays unnoticed.
 */
final class OneOfTwoStops implements Oracle {
  private final SortedSet<NodeId> running = new TreeSet<>();

  @Override
  public String name() {
    return "M10";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> running.add(node);
      case Sight.Stopped(var node) -> running.remove(node);
      case Sight.Cloned(var node) -> {
        if (!running.contains(twin(node))) return node + " stops as a clone, and is the only one";
      }
      case Sight.Calm _ -> {
        for (var node : running)
          if (running.contains(twin(node))) return node + " and " + twin(node) + " both run";
      }
      default -> {}
    }
    return "";
  }

  private static NodeId twin(NodeId node) {
    var name = node.name();
    var original = name.replaceFirst(SimNode.COPY + "$", "");
    return NodeId.of(node.region(), name.equals(original) ? name + SimNode.COPY : original);
  }
}
