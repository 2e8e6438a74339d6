package dev.meshkit.sim;

import dev.meshkit.sim.Sight.Choices;
import dev.meshkit.sim.Sight.Edition;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * GG1: G1 and G6 of gates, as G1 alone is gossip's. A violation means that nodes which go by one
 * record do not run the same for somebody, or that explanations or plans say otherwise; that a node
 * stays behind the record that it knows, or went back; or that within an epoch somebody is moved
 * twice.
 */
final class OneDecisionEverywhere implements Oracle {
  private final Map<String, SortedMap<String, Choices>> decided = new TreeMap<>(); // by record
  private final Map<String, Edition> newest = new TreeMap<>(); // by node and scope
  private final Map<String, NavigableMap<Edition, Choices>> epochs = new TreeMap<>();

  @Override
  public String name() {
    return "GG1";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Wiped(var node) -> {
        newest.keySet().removeIf(key -> key.startsWith(node + " "));
        yield "";
      }
      case Sight.Decides decides -> decides(decides);
      default -> "";
    };
  }

  private String decides(Sight.Decides now) {
    for (var choices : now.choices().values())
      if (!choices.decided().equals(choices.explained())
          || !choices.decided().equals(choices.planned()))
        return now + ", where explanations or plans say otherwise";
    if (now.by().compareTo(now.told()) < 0) return now + " stays behind what it knows";
    var before = newest.put(now.node() + " " + now.scope(), now.by());
    if (before != null && before.compareTo(now.by()) > 0) return now + " after " + before;
    var elsewhere = decided.putIfAbsent(now.scope() + " " + now.by(), now.choices());
    if (elsewhere != null && !elsewhere.equals(now.choices()))
      return now + ", and by the same record elsewhere " + elsewhere;
    for (var each : now.choices().entrySet()) {
      var wrong = moved(now, each.getKey(), each.getValue());
      if (!wrong.isEmpty()) return wrong;
    }
    return "";
  }

  /** Within an epoch nobody moves but from the version before to the one that is rolled out. */
  private String moved(Sight.Decides now, String change, Choices choices) {
    var epoch = now.scope() + " " + now.by().generation() + " " + change + " " + choices.epoch();
    var all = epochs.computeIfAbsent(epoch, _ -> new TreeMap<>());
    var earlier = all.lowerEntry(now.by());
    var later = all.higherEntry(now.by());
    all.put(now.by(), choices);
    if (earlier != null && !mayBecome(earlier.getValue(), choices))
      return now + " moves somebody whom " + earlier + " had moved in that epoch";
    if (later != null && !mayBecome(choices, later.getValue()))
      return later + " moves somebody whom " + now + " had moved in that epoch";
    return "";
  }

  private static boolean mayBecome(Choices earlier, Choices later) {
    if (earlier.prior() != later.prior() || earlier.version() != later.version()) return false;
    for (var i = 0; i < earlier.decided().size(); i++) {
      int from = earlier.decided().get(i);
      int to = later.decided().get(i);
      if (from != to && (from != later.prior() || to != later.version())) return false;
    }
    return true;
  }
}
