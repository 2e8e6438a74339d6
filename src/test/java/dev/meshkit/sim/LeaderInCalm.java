package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.SortedSet;
import java.util.TreeSet;

/** L6. A violation means that a healthy scope stays without a leader for longer than any bound. */
final class LeaderInCalm implements Oracle {
  private final SortedSet<Scope> led = new TreeSet<>();

  @Override
  public String name() {
    return "L6";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Authority(var scope, var holders) -> {
        if (holders.isEmpty()) led.remove(scope);
        else led.add(scope);
        yield "";
      }
      case Sight.Calm calm -> {
        var without = calm.scopes().stream().filter(scope -> !led.contains(scope)).toList();
        yield without.isEmpty() ? "" : "nobody leads " + without + " at the end of the calm";
      }
      default -> "";
    };
  }
}
