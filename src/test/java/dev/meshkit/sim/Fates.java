package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.sim.Coverage.Seen;
import dev.meshkit.sim.Sight.Kept;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the records of a run, for the gates; never objects (V21, V22). */
final class Fates {
  private final Coverage coverage;
  private final Map<String, RecordTree> trees = new TreeMap<>();
  private final Map<String, Fence> latest = new TreeMap<>();
  private final Map<String, Kept> views = new TreeMap<>();

  Fates(Coverage coverage) {
    this.coverage = coverage;
  }

  /** Takes note of what was seen. */
  void see(Sight sight) {
    switch (sight) {
      case Sight.Held held -> tree(held.term()).hold(held);
      case Sight.Offered offered -> tree(offered.term()).offer(offered);
      case Sight.Pushed pushed -> pushed(pushed);
      case Sight.Wiped(var node) -> trees.values().forEach(tree -> tree.wiped(node));
      case Sight.Regressed(var node, _) -> trees.values().forEach(tree -> tree.wiped(node));
      case Sight.Won(_, var fence) ->
          latest.merge(key(fence), fence, (a, b) -> a.compareTo(b) > 0 ? a : b);
      case Sight.Viewed(_, var term, var record) ->
          views.merge(key(term), record, (a, b) -> a.at().compareTo(b.at()) > 0 ? a : b);
      default -> {}
    }
  }

  private void pushed(Sight.Pushed pushed) {
    var key = key(pushed.term());
    var deposed = pushed.term().compareTo(latest.getOrDefault(key, pushed.term())) < 0;
    var view = views.getOrDefault(key, pushed.record());
    if (deposed && !view.voters().equals(pushed.record().voters()))
      coverage.count(Seen.DEPOSED_OFFER);
  }

  /** The run is over. */
  void end() {
    for (var tree : trees.values()) {
      var fate = tree.fate();
      coverage.count(Seen.RECORD_COMMITTED, fate.committed());
      coverage.count(Seen.RECORD_KEPT, fate.kept());
      coverage.count(Seen.RECORD_LOST, fate.lost());
    }
  }

  private RecordTree tree(Fence term) {
    return trees.computeIfAbsent(key(term), _ -> new RecordTree());
  }

  private static String key(Fence term) {
    return term.scope() + " " + term.generation();
  }
}
