package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S12. A violation means that a process votes, or leads, though it knows that its store forgot
 * votes, or that it may have forgotten promises which still bind it.
 */
final class QuarantinedNeverGrant implements Oracle {
  private final SortedSet<NodeId> silent = new TreeSet<>();
  private final SortedMap<NodeId, SortedSet<Scope>> quiet = new TreeMap<>();

  @Override
  public String name() {
    return "S12";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Quarantined(var node) -> {
        silent.add(node);
        yield "";
      }
      case Sight.Recovering(var node, var scope) -> {
        quiet.computeIfAbsent(node, _ -> new TreeSet<>()).add(scope);
        yield "";
      }
      case Sight.Recovered(var node, var scope) -> {
        quiet.getOrDefault(node, new TreeSet<>()).remove(scope);
        yield "";
      }
      case Sight.Started(var node) -> {
        silent.remove(node);
        quiet.remove(node);
        yield "";
      }
      case Sight.Granted(var voter, var term, var candidate) ->
          refused(voter, term, "votes for " + candidate + " in " + term);
      case Sight.Gained(var node, var fence) -> refused(node, fence, "leads " + fence);
      default -> "";
    };
  }

  private String refused(NodeId node, Fence term, String does) {
    if (silent.contains(node)) return node + ", quarantined, " + does;
    var recovers = quiet.getOrDefault(node, new TreeSet<>()).contains(term.scope());
    return recovers ? node + ", recovering, " + does : "";
  }
}
