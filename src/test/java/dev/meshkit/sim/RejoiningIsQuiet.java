package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * L7. For runs in which leader and quorum are never disturbed. A violation means that somebody who
 * lagged behind, was removed, or never voted cost a working leader its term.
 */
final class RejoiningIsQuiet implements Oracle {
  private final SortedSet<Scope> led = new TreeSet<>();

  @Override
  public String name() {
    return "L7";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Gained(_, var fence) -> {
        led.add(fence.scope());
        yield "";
      }
      case Sight.Won(_, var fence) when led.contains(fence.scope()) ->
          sight + " though somebody led, and nothing was wrong with it";
      default -> "";
    };
  }
}
