package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S14. A violation means that two incarnations of a scope bear one number, so that their fences
 * cannot be told apart, or that somebody stays in an older one though all can hear each other.
 */
final class OneGenesisAGeneration implements Oracle {
  private final Map<String, String> births = new TreeMap<>();
  private final Map<String, Integer> here = new TreeMap<>();

  @Override
  public String name() {
    return "S14";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.OfBirth(var node, var scope, var generation, var genesis) -> {
        var before = births.putIfAbsent(scope + " " + generation, genesis);
        here.put(scope + " " + node, generation);
        yield before == null || before.equals(genesis) ? "" : sight + " beside " + before;
      }
      case Sight.Wiped(var node) -> forget(node);
      case Sight.Quarantined(var node) -> forget(node);
      case Sight.Calm(var scopes, _, _) -> {
        for (var scope : scopes) {
          var seen = new TreeSet<Integer>();
          here.forEach(
              (who, number) -> {
                if (who.startsWith(scope + " ")) seen.add(number);
              });
          if (seen.size() > 1) yield "generations of " + scope + " in the calm: " + here;
        }
        yield "";
      }
      default -> "";
    };
  }

  private String forget(NodeId node) {
    here.keySet().removeIf(key -> key.endsWith(" " + node));
    return "";
  }
}
