package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.sim.Sight.RecordAt;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * S13. A violation means that a node acted on a record that no quorum held, went back to an older
 * one, or that somebody was told of a change that is not there. So does a recovery forget none that
 * a disk held which was asked.
 */
final class ViewsAreCommitted implements Oracle {
  private static final int REMEMBERED = 64; // commands a record keeps

  private final Map<String, RecordTree> trees = new TreeMap<>();
  private final Map<Scope, Integer> generations = new TreeMap<>();
  private final Map<String, RecordAt> views = new TreeMap<>();
  private final Map<String, Sight.Applied> told = new TreeMap<>();
  private final Map<String, SortedSet<String>> owed = new TreeMap<>(); // by scope and generation

  @Override
  public String name() {
    return "S13";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Held held -> {
        tree(held.term()).hold(held); // what is wrong with it S8 says
        yield "";
      }
      case Sight.Offered offered -> {
        tree(offered.term()).offer(offered);
        yield "";
      }
      case Sight.Wiped(var node) -> {
        views.keySet().removeIf(key -> key.startsWith(node + " "));
        trees.values().forEach(tree -> tree.wiped(node));
        yield "";
      }
      case Sight.Regressed(var node, _) -> {
        views.keySet().removeIf(key -> key.startsWith(node + " "));
        trees.values().forEach(tree -> tree.wiped(node));
        yield "";
      }
      case Sight.Reborn reborn -> {
        owed.put(reborn.scope() + " " + reborn.generation(), reborn.applied());
        yield "";
      }
      case Sight.OfBirth(_, var scope, var generation, _) -> {
        if (generations.getOrDefault(scope, 0) < generation) {
          generations.put(scope, generation); // a recovery loses what no survivor had
          var kept = owed.getOrDefault(scope + " " + generation, new TreeSet<>());
          told.values().removeIf(one -> one.scope().equals(scope) && !kept.contains(one.command()));
        }
        yield "";
      }
      case Sight.Viewed viewed -> viewed(viewed);
      case Sight.Applied applied -> applied(applied);
      default -> "";
    };
  }

  private String viewed(Sight.Viewed viewed) {
    var scope = viewed.term().scope();
    var generation = viewed.term().generation();
    var at = viewed.record().at();
    if (!tree(viewed.term()).isCommitted(at)) return viewed + ", which no quorum held";
    if (generations.merge(scope, generation, Math::max) > generation) return ""; // it will go over
    var before = views.put(viewed.node() + " " + scope + " " + generation, at);
    if (before != null && before.compareTo(at) > 0) return viewed + " after " + before;
    for (var applied : told.values())
      if (applied.scope().equals(scope) && lacks(viewed.record(), applied))
        return viewed + " lacks " + applied;
    return "";
  }

  private String applied(Sight.Applied applied) {
    told.put(applied.scope() + " " + applied.command(), applied);
    var generation = generations.getOrDefault(applied.scope(), 1);
    var there = tree(new Fence(applied.scope(), generation, 0)).committed(applied.version());
    if (there.isEmpty()) return applied + ", but no such version is committed";
    return there.stream().anyMatch(record -> lacks(record, applied)) ? applied + ", not there" : "";
  }

  private static boolean lacks(Sight.Kept record, Sight.Applied applied) {
    return record.at().version() >= applied.version()
        && record.applied().size() < REMEMBERED
        && !record.applied().contains(applied.command());
  }

  private RecordTree tree(Fence term) {
    return trees.computeIfAbsent(term.scope() + " " + term.generation(), _ -> new RecordTree());
  }
}
