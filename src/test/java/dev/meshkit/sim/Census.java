package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each core reports at the end of a calm phase, gathered. */
final class Census {
  private final SortedSet<Scope> scopes = new TreeSet<>();
  private final SortedMap<NodeId, Sight.Life> alive = new TreeMap<>();
  private final SortedMap<NodeId, SortedMap<NodeId, Sight.Seen>> views = new TreeMap<>();

  /** Somebody votes in a scope. */
  void scope(Scope scope) {
    scopes.add(scope);
  }

  /** Somebody lives this life and sees this. */
  void view(NodeId node, Sight.Life life, SortedMap<NodeId, Sight.Seen> view) {
    alive.put(node, life);
    views.put(node, view);
  }

  /** All of it. */
  Sight.Calm sight() {
    return new Sight.Calm(List.copyOf(scopes), alive, views);
  }
}
