package dev.meshkit.sim;

import java.util.TreeSet;

/**
 * G7, of rumours, and M20. A violation means that two rumours of one subject wait to be passed on:
 * the queue would grow with what happens, not with whom it happens to, and old news would go out.
 */
final class OneRumourASubject implements Oracle {
  @Override
  public String name() {
    return "G7";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Passes(var node, var members))) return "";
    return new TreeSet<>(members).size() < members.size()
        ? node + " tells of one more than once in a frame: " + members
        : "";
  }
}
