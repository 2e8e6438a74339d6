package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** S4. A violation means that a frame told the world what a crash could still take back. */
final class DurableBeforeShown implements Oracle {
  private final Map<String, Sight.Stored> stored = new TreeMap<>();

  @Override
  public String name() {
    return "S4";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stored now -> {
        stored.put(key(now.node(), now.term()), now);
        yield "";
      }
      case Sight.Claimed claimed -> claimed(claimed);
      case Sight.Granted granted -> granted(granted);
      default -> "";
    };
  }

  private String claimed(Sight.Claimed claimed) {
    var disk = stored.get(key(claimed.node(), claimed.term()));
    var ahead =
        disk == null
            || disk.term().compareTo(claimed.term()) < 0
            || disk.record().compareTo(claimed.record()) < 0;
    return ahead ? claimed + " while the disk holds " + text(disk) : "";
  }

  private String granted(Sight.Granted granted) {
    var disk = stored.get(key(granted.voter(), granted.term()));
    if (disk == null) return granted + " while the disk holds nothing";
    var byTerm = disk.term().compareTo(granted.term());
    if (byTerm > 0)
      return ""; // states only grow: a grant for T may leave once a later term is durable
    return byTerm < 0 || !disk.voted().equals(granted.candidate())
        ? granted + " while the disk holds " + disk
        : "";
  }

  private static String text(Sight.@Nullable Stored disk) {
    return disk == null ? "nothing" : disk.toString();
  }

  private static String key(NodeId node, Fence term) {
    return node + " " + term.scope();
  }
}
