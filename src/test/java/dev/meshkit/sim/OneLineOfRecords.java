package dev.meshkit.sim;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S8. A violation means that what a quorum agreed on was lost or forked by a later leader, or that
 * one command landed twice: the rules of the scope record (election.md §2.1) do not hold.
 */
final class OneLineOfRecords implements Oracle {
  private final Map<String, RecordTree> trees = new TreeMap<>();

  @Override
  public String name() {
    return "S8";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Held held)) return "";
    var applied = held.record().applied();
    if (new TreeSet<>(applied).size() < applied.size()) return "a command landed twice: " + held;
    var key = held.term().scope() + " " + held.term().generation();
    return trees.computeIfAbsent(key, _ -> new RecordTree()).hold(held);
  }
}
