package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.SortedMap;

/**
 * GL1. A violation means that gossip did not heal: after a calm longer than its bound a healthy
 * member is not alive to somebody, or somebody sees an old life, or the dead walk. Truth comes from
 * the harness, not from the majority of views.
 */
final class CalmViewsAgree implements Oracle {
  @Override
  public String name() {
    return "GL1";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Calm calm)) return "";
    for (var view : calm.views().entrySet()) {
      if (isWhole(calm, view.getValue())) continue;
      var wrong = wrong(calm, view.getValue());
      if (!wrong.isEmpty()) return "at the end of the calm " + view.getKey() + " " + wrong;
    }
    return "";
  }

  /** Whether all who are healthy are seen, each in its life, and nobody else: as most do. */
  private static boolean isWhole(Sight.Calm calm, SortedMap<NodeId, Sight.Seen> view) {
    if (view.size() != calm.alive().size()) return false;
    var seen = view.entrySet().iterator();
    for (var healthy : calm.alive().entrySet()) {
      var next = seen.next();
      var is = next.getKey().equals(healthy.getKey()) && next.getValue().status() == Status.ALIVE;
      if (!is || !next.getValue().life().equals(healthy.getValue())) return false;
    }
    return true;
  }

  private static String wrong(Sight.Calm calm, SortedMap<NodeId, Sight.Seen> view) {
    for (var healthy : calm.alive().entrySet()) {
      var seen = view.get(healthy.getKey());
      var right = new Sight.Seen(Status.ALIVE, healthy.getValue());
      if (!right.equals(seen)) return "sees " + healthy.getKey() + " as " + seen + ", not " + right;
    }
    for (var seen : view.entrySet()) {
      var up =
          seen.getValue().status() == Status.ALIVE || seen.getValue().status() == Status.SUSPECT;
      if (up && !calm.alive().containsKey(seen.getKey()))
        return "sees " + seen.getKey() + " as " + seen.getValue() + ", which does not run";
    }
    return "";
  }
}
