package dev.meshkit.sim;

import java.util.Map;
import java.util.TreeMap;

/** S3. A violation means that a voter's disk went back in time, and with it what it promised. */
final class StoresOnlyGrow implements Oracle {
  private final Map<String, Sight.Stored> last = new TreeMap<>();

  @Override
  public String name() {
    return "S3";
  }

  @Override
  public String see(Sight sight) {
    if (sight instanceof Sight.Wiped(var node))
      last.keySet().removeIf(k -> k.startsWith(node + " "));
    if (sight instanceof Sight.Regressed(var node, _)) // whether that shows is another's question
    last.keySet().removeIf(k -> k.startsWith(node + " "));
    if (!(sight instanceof Sight.Stored next)) return "";
    var before = last.put(next.node() + " " + next.term().scope(), next);
    if (before == null) return "";
    var back =
        next.term().compareTo(before.term()) < 0
            || (next.term().generation() == before.term().generation()
                && next.record().compareTo(before.record()) < 0);
    return back ? "stored " + next + " over " + before : "";
  }
}
