package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * G5. A violation means that a running node believes others who say that it is dead or has left.
 */
final class NobodyBuriesItself implements Oracle {
  private final SortedSet<NodeId> leaving = new TreeSet<>();

  @Override
  public String name() {
    return "G5";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Started(var node) -> {
        leaving.remove(node);
        yield "";
      }
      case Sight.Leaving(var node) -> {
        leaving.add(node);
        yield "";
      }
      case Sight.Shown now when now.observer().equals(now.subject()) -> {
        var gone = now.status() == Status.DEAD || now.status() == Status.LEFT;
        yield gone && !leaving.contains(now.subject()) ? now + " of itself while it runs" : "";
      }
      default -> "";
    };
  }
}
