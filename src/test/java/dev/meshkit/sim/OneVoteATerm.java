package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.TreeMap;

/** S2. A violation means that a voter helped two candidates in one term, perhaps across a crash. */
final class OneVoteATerm implements Oracle {
  private final Map<String, NodeId> votes = new TreeMap<>();

  @Override
  public String name() {
    return "S2";
  }

  @Override
  public String see(Sight sight) {
    if (sight instanceof Sight.Wiped(var node))
      votes.keySet().removeIf(k -> k.startsWith(node + " "));
    if (!(sight instanceof Sight.Granted(var voter, var term, var candidate))) return "";
    var before = votes.putIfAbsent(voter + " " + term.scope() + " " + term.text(), candidate);
    return before == null || before.equals(candidate)
        ? ""
        : voter + " votes for " + candidate + " in " + term + " after voting for " + before;
  }
}
