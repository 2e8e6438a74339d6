package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * G7, of members. A violation means that a process knows more others than it may: whoever can make
 * up names fills its memory.
 */
final class MembersInBounds implements Oracle {
  private final int most;
  private final SortedMap<NodeId, SortedSet<NodeId>> known = new TreeMap<>();

  MembersInBounds(int most) {
    this.most = most;
  }

  @Override
  public String name() {
    return "G7";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> known.put(node, new TreeSet<>());
      case Sight.Shown(var by, var of, _, _) -> {
        var others = known.computeIfAbsent(by, _ -> new TreeSet<>());
        if (!by.equals(of)) others.add(of);
        if (others.size() > most) return by + " knows more than " + most + " others: " + others;
      }
      default -> {}
    }
    return "";
  }
}
