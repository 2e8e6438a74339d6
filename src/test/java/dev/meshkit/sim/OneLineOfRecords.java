package dev.meshkit.sim;

import dev.meshkit.api.Fence;
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
    return switch (sight) {
      case Sight.Held held -> held(held);
      case Sight.Offered offered -> tree(offered.term()).offer(offered);
      case Sight.Wiped(var node) -> {
        trees.values().forEach(tree -> tree.wiped(node));
        yield "";
      }
      case Sight.Regressed(var node, _) -> {
        trees.values().forEach(tree -> tree.wiped(node));
        yield "";
      }
      default -> "";
    };
  }

  private String held(Sight.Held held) {
    var applied = held.record().applied();
    if (new TreeSet<>(applied).size() < applied.size()) return "a command landed twice: " + held;
    return tree(held.term()).hold(held);
  }

  private RecordTree tree(Fence term) {
    return trees.computeIfAbsent(term.scope() + " " + term.generation(), _ -> new RecordTree());
  }
}
