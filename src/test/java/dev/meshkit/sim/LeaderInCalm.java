package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * L6. A violation means that a healthy scope stays without a leader for longer than any bound. A
 * scope is not healthy whose latest record names voters of whom too many lost their stores, or are
 * quarantined.
 */
final class LeaderInCalm implements Oracle {
  private final SortedSet<Scope> led = new TreeSet<>();
  private final SortedMap<String, Sight.Held> disks = new TreeMap<>();
  private final SortedSet<NodeId> silent = new TreeSet<>();

  @Override
  public String name() {
    return "L6";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Authority(var scope, var holders) -> {
        if (holders.isEmpty()) led.remove(scope);
        else led.add(scope);
        yield "";
      }
      case Sight.Held held -> {
        disks.put(held.node() + " " + held.term().scope(), held);
        yield "";
      }
      case Sight.Quarantined(var node) -> {
        silent.add(node);
        yield "";
      }
      case Sight.Wiped(var node) -> {
        silent.remove(node);
        disks.keySet().removeIf(key -> key.startsWith(node + " "));
        yield "";
      }
      case Sight.Calm calm -> {
        var without = calm.scopes().stream().filter(s -> !led.contains(s) && isHealthy(s)).toList();
        yield without.isEmpty() ? "" : "nobody leads " + without + " at the end of the calm";
      }
      default -> "";
    };
  }

  /** Whether a quorum of the latest record's voters have the stores it names. */
  private boolean isHealthy(Scope scope) {
    var here = disks.values().stream().filter(d -> d.term().scope().equals(scope)).toList();
    var latest =
        here.stream()
            .max(
                Comparator.comparingInt((Sight.Held disk) -> disk.term().generation())
                    .thenComparing(disk -> disk.record().at()));
    if (latest.isEmpty()) return true;
    var record = latest.get().record();
    var live =
        here.stream()
            .filter(d -> !silent.contains(d.node()))
            .filter(d -> new Sight.Held(d.node(), d.store(), d.term(), record).votes())
            .count();
    return live >= record.voters().size() / 2 + 1;
  }
}
