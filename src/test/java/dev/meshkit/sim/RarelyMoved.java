package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * E25. For runs in which nobody asks for another leader. A violation means that leadership follows
 * a preferred voter around that comes and goes.
 */
final class RarelyMoved implements Oracle {
  private static final long APART = (long) (300_000_000_000L / (1 + SimClock.RHO));

  private final SortedMap<Scope, Long> moved = new TreeMap<>();

  @Override
  public String name() {
    return "E25";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Handed(var fence, var at))) return "";
    var before = moved.put(fence.scope(), at);
    return before != null && at - before < APART
        ? fence + " is handed over at " + Seconds.text(at) + ", after " + Seconds.text(before)
        : "";
  }
}
