package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S7. A violation means that a node acted as the leader of a term again after its time had ended:
 * what it had stopped in between, believing that another may lead, it did not begin anew.
 */
final class OneIntervalATerm implements Oracle {
  private final SortedMap<Scope, SortedSet<String>> holding = new TreeMap<>();
  private final SortedSet<String> over = new TreeSet<>();

  @Override
  public String name() {
    return "S7";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Authority(var scope, var holders))) return "";
    var now = new TreeSet<String>();
    for (var holder : holders) now.add(holder.node() + " under " + holder.fence());
    var ended = holding.getOrDefault(scope, new TreeSet<>());
    holding.put(scope, now);
    for (var one : ended) if (!now.contains(one)) over.add(one);
    for (var one : now) if (over.contains(one)) return one + " has authority again";
    return "";
  }
}
