package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.Map;
import java.util.TreeMap;

/**
 * L8. For runs with nothing but a bad network. A violation means that leaders change though none of
 * them fell.
 */
final class QuietStaysLed implements Oracle {
  private static final int MOST = 2; // the first, and one change

  private final Map<Scope, Integer> tenures = new TreeMap<>();

  @Override
  public String name() {
    return "L8";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Gained(_, var fence))) return "";
    var count = tenures.merge(fence.scope(), 1, Integer::sum);
    return count > MOST ? sight + " is tenure " + count + " of a quiet hour" : "";
  }
}
