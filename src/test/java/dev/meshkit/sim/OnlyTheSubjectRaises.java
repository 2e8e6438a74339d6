package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;

/** G3. A violation means that somebody speaks of a life that its subject never began. */
final class OnlyTheSubjectRaises implements Oracle {
  private final Map<NodeId, Sight.Life> issued = new TreeMap<>();

  @Override
  public String name() {
    return "G3";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Issued(var subject, var life) -> {
        issued.merge(subject, life, (a, b) -> a.compareTo(b) < 0 ? b : a);
        yield "";
      }
      case Sight.Shown now -> {
        var last = issued.get(now.subject());
        yield last == null || last.compareTo(now.life()) < 0
            ? now + ", but the last life that it began is " + (last == null ? "none" : last)
            : "";
      }
      default -> "";
    };
  }
}
