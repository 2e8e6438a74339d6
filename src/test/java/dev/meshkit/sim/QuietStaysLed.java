package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.Map;
import java.util.TreeMap;

/**
 * L8, the hard limit of a run with nothing but a bad network; the distribution over hours is judged
 * over the campaign (V19), as enough losses in a row on enough links outlast any promise. A
 * violation means that leaders change again and again though none of them fell.
 */
final class QuietStaysLed implements Oracle {
  /** Of an hour, of which one percent may have more than one. */
  static final String CHANGES = "leader changes of a quiet hour";

  private static final int MOST = 4; // the first, and three changes

  private final Map<Scope, Integer> tenures = new TreeMap<>();

  @Override
  public String name() {
    return "L8";
  }

  @Override
  public void measure(Coverage run) {
    for (var count : tenures.values()) run.measure(CHANGES, count - 1);
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Gained(_, var fence))) return "";
    var count = tenures.merge(fence.scope(), 1, Integer::sum);
    return count > MOST ? sight + " is tenure " + count + " of a quiet hour" : "";
  }
}
