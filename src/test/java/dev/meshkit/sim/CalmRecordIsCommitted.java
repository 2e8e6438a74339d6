package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * L10. A violation means that a leader of a healthy scope never gets a record of its own term
 * committed: it could change nothing.
 */
final class CalmRecordIsCommitted implements Oracle {
  private final Map<Scope, List<Sight.Holder>> leaders = new TreeMap<>();
  private final Map<String, Long> viewed = new TreeMap<>();

  @Override
  public String name() {
    return "L10";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Authority(var scope, var holders) -> {
        leaders.put(scope, holders);
        yield "";
      }
      case Sight.Viewed(var node, var term, var record) -> {
        viewed.put(key(node, term.scope()), record.at().term());
        yield "";
      }
      case Sight.Calm _ -> calm();
      default -> "";
    };
  }

  private String calm() {
    for (var entry : leaders.entrySet())
      for (var leader : entry.getValue()) {
        var term = viewed.getOrDefault(key(leader.node(), entry.getKey()), -1L);
        if (term != leader.fence().term()) return leader + " has nothing of its term committed";
      }
    return "";
  }

  private static String key(NodeId node, Scope scope) {
    return node + " " + scope;
  }
}
