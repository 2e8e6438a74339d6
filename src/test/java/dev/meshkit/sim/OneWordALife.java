package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Attrs;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * G4. A violation means that two hold different things that one process is to have said of itself
 * in one life: it said both, or the words were changed on their way. Of clones each has its own.
 */
final class OneWordALife implements Oracle {
  private final SortedMap<NodeId, SortedMap<Said, Attrs>> said = new TreeMap<>();

  /** Which word of a node. */
  private record Said(Sight.Life life, long nonce) {}

  private static final Comparator<Said> ORDER =
      Comparator.comparing(Said::life).thenComparingLong(Said::nonce);

  @Override
  public String name() {
    return "G4";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Holds(var observer, var subject, var entry))) return "";
    var now = entry.attrs();
    if (!now.isKnown()) return "";
    var life = new Sight.Life(now.generation(), now.incarnation());
    var words = said.computeIfAbsent(subject, _ -> new TreeMap<>(ORDER));
    var first = words.putIfAbsent(new Said(life, now.nonce()), now);
    if (first == null || first.equals(now)) return "";
    return observer + " holds of " + subject + " " + now + ", but it said " + first;
  }
}
