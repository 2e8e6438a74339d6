package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * E29. A violation means that a recovery forgot whom somebody that survived knew to be revoked: who
 * was shut out is let in again. Of runs in which no revocation is taken back.
 */
final class RevocationsAreKept implements Oracle {
  private final SortedMap<Scope, SortedMap<Integer, SortedSet<String>>> known = new TreeMap<>();

  @Override
  public String name() {
    return "E29";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Reborn(var scope, var generation, var revoked, _) -> {
        known.computeIfAbsent(scope, _ -> new TreeMap<>()).put(generation, revoked);
        yield "";
      }
      case Sight.Revokes revokes -> revokes(revokes);
      default -> "";
    };
  }

  private String revokes(Sight.Revokes now) {
    var generations = known.getOrDefault(now.term().scope(), new TreeMap<>());
    var owed = new TreeSet<String>();
    generations.headMap(now.term().generation() + 1).values().forEach(owed::addAll);
    owed.removeAll(now.revoked());
    return owed.isEmpty() ? "" : now.node() + " forgot " + owed + " in " + now.term();
  }
}
