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
      var wrong = wrong(calm, view.getValue());
      if (!wrong.isEmpty()) return "at the end of the calm " + view.getKey() + " " + wrong;
    }
    return "";
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
