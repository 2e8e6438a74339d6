package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The gates of all nodes of a run. A node adopts as soon as it views: what a gate makes of records
 * is looked at here, not when it does so.
 */
final class SimGates {
  private final Simulation world;
  private final SortedMap<NodeId, SimGate> gates = new TreeMap<>(); // of those that viewed anything

  SimGates(Simulation world) {
    this.world = world;
  }

  /** A process begins on what its node has kept; or that is lost. */
  void see(Sight sight) {
    switch (sight) {
      case Sight.Wiped(var node) -> gates.remove(node);
      case Sight.Started(var node) -> {
        var gate = gates.get(node);
        if (gate != null) gate.restarted().forEach(world::saw);
      }
      default -> {}
    }
  }

  /** A node has learned that a record is committed, of a scope that it goes by or of another. */
  void viewed(SimNode node, Scope scope, ScopeRecord view) {
    if (!scope.equals(Scope.GLOBAL) && !scope.equals(Scope.region(node.id().region()))) return;
    gates
        .computeIfAbsent(node.label(), label -> new SimGate(label, world.coverage()))
        .viewed(scope, view)
        .ifPresent(world::saw);
  }
}
