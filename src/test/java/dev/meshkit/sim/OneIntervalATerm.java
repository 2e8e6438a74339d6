package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S7. A violation means that a node acted as the leader of a term again after its time had ended:
 * what it had stopped in between, believing that another may lead, it did not begin anew. Who
 * stands still believes nothing: what ends and comes back meanwhile, by a clock that is set back,
 * it has not seen.
 */
final class OneIntervalATerm implements Oracle {
  private final SortedMap<Scope, SortedMap<String, NodeId>> holding = new TreeMap<>();
  private final SortedSet<String> over = new TreeSet<>();
  private final SortedSet<NodeId> still = new TreeSet<>();

  @Override
  public String name() {
    return "S7";
  }

  @Override
  public String see(Sight sight) {
    if (sight instanceof Sight.Stands(var node)) still.add(node);
    if (!(sight instanceof Sight.Authority(var scope, var holders))) return "";
    var now = new TreeMap<String, NodeId>();
    for (var holder : holders) now.put(holder.node() + " under " + holder.fence(), holder.node());
    for (var one : now.keySet()) if (over.contains(one)) return one + " has authority again";
    holding
        .getOrDefault(scope, new TreeMap<>())
        .forEach(
            (one, node) -> {
              if (still.contains(node)) now.putIfAbsent(one, node);
              else if (!now.containsKey(one)) over.add(one);
            });
    holding.put(scope, now);
    still.clear();
    return "";
  }
}
