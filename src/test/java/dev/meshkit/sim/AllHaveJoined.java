package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * R4, E30. A violation means that a scope is led, and one that runs and should take part in it
 * never came to, or does not know what is committed there: it waits for a record that nobody shows.
 */
final class AllHaveJoined implements Oracle {
  private final Scope scope;
  private final SortedSet<NodeId> up = new TreeSet<>();
  private final SortedMap<NodeId, Sight.RecordAt> views = new TreeMap<>();
  private List<Sight.Holder> leaders = List.of();

  AllHaveJoined(Scope scope) {
    this.scope = scope;
  }

  @Override
  public String name() {
    return "R4";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> {
        if (scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region()))) up.add(node);
      }
      case Sight.Stopped(var node) -> up.remove(node);
      case Sight.Wiped(var node) -> views.remove(node);
      case Sight.Viewed(var node, var term, var record) when term.scope().equals(scope) ->
          views.put(node, record.at());
      case Sight.Authority(var of, var holders) when of.equals(scope) -> leaders = holders;
      case Sight.Calm _ -> {
        return calm();
      }
      default -> {}
    }
    return "";
  }

  private String calm() {
    for (var leader : leaders) {
      var committed = views.getOrDefault(leader.node(), new Sight.RecordAt(0, 0));
      var lack = new ArrayList<>(up);
      lack.removeIf(node -> committed.equals(views.get(node)));
      if (!lack.isEmpty())
        return lack + " do not know " + committed + " of " + scope + ", which " + leader + " leads";
    }
    return "";
  }
}
