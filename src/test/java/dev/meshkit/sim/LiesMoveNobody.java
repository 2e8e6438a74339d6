package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * L7 of those who lie. A violation means that a leader fell though nothing was wrong but what
 * somebody said; or that somebody who runs takes another for the leader at the end, and did not
 * just hear of a later tenure that never was.
 */
final class LiesMoveNobody implements Oracle {
  private final LongSupplier now;
  private final long settled;
  private final SortedMap<Scope, List<Sight.Holder>> leaders = new TreeMap<>();
  private final SortedMap<Scope, SortedSet<Fence>> boasts = new TreeMap<>();
  private final SortedSet<Fence> fallen = new TreeSet<>();
  private String lost = "";

  /** By that virtual time; from {@code settled} on nothing is wrong, nanoseconds. */
  LiesMoveNobody(LongSupplier now, long settled) {
    this.now = now;
    this.settled = settled;
  }

  @Override
  public String name() {
    return "L7";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Authority(var scope, var holders) -> leaders.put(scope, holders);
      case Sight.Boasted(var fence) ->
          boasts.computeIfAbsent(fence.scope(), _ -> new TreeSet<>()).add(fence);
      case Sight.Lost(_, var fence) -> {
        if (now.getAsLong() >= settled) fallen.add(fence);
      }
      case Sight.Handed(var fence, _) -> fallen.remove(fence); // to its better
      case Sight.Follows(var node, var scope, var leader) -> {
        if (isWrong(scope, leader)) lost = node + " follows " + leader + ", and not " + of(scope);
      }
      case Sight.Heard(var node, var fence, var leader) -> {
        var boast = boasts.getOrDefault(fence.scope(), new TreeSet<>()).contains(fence);
        if (!boast && isWrong(fence.scope(), leader))
          lost =
              node
                  + " heard that "
                  + leader
                  + " leads by "
                  + fence
                  + ", and not "
                  + of(fence.scope());
      }
      case Sight.Calm _ -> {
        return fallen.isEmpty() ? lost : fallen + " fell, and nothing was wrong with them";
      }
      default -> {}
    }
    return "";
  }

  private List<Sight.Holder> of(Scope scope) {
    return leaders.getOrDefault(scope, List.of());
  }

  private boolean isWrong(Scope scope, NodeId leader) {
    return !of(scope).isEmpty() && of(scope).stream().noneMatch(by -> by.node().equals(leader));
  }
}
