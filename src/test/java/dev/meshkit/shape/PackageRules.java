package dev.meshkit.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which package may import which: the table of ARCHITECTURE.md §2, and nothing else. */
public final class PackageRules {
  private static final String ROOT = "dev.meshkit";
  private static final Set<String> LAYER_0 = Set.of("api", "runtime", "observe", "config");
  private static final Set<String> LAYER_1 =
      Set.of("gossip", "election", "pipeline", "store", "security", "discovery");
  private static final Set<String> LAYER_2 = Set.of("queue", "gate", "wire", "grpc", "transport");

  /**
   * Besides layer 0. Generated packages stand here too: those of peers have one importer, {@code
   * wire}; those of operators are what the port {@code control.NodeView} speaks, so {@code node},
   * which implements it, reads them as well.
   */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("gossip", Set.of()),
          Map.entry("election", Set.of()),
          Map.entry("pipeline", Set.of()),
          Map.entry("store", Set.of()),
          Map.entry("security", Set.of()),
          Map.entry("discovery", Set.of()),
          Map.entry("queue", Set.of("store")),
          Map.entry("gate", Set.of("store")),
          Map.entry("wire", Set.of("gossip", "election", "wire.proto")),
          Map.entry("wire.proto", Set.of()),
          Map.entry("grpc", Set.of()),
          Map.entry("transport", Set.of("grpc", "security")),
          Map.entry("link", union(LAYER_1, LAYER_2)),
          Map.entry("control", union(LAYER_1, LAYER_2, Set.of("link", "control.proto"))),
          Map.entry("control.proto", Set.of()),
          Map.entry("node", union(LAYER_1, LAYER_2, Set.of("link", "control", "control.proto"))),
          Map.entry("", Set.of("node", "gate")),
          Map.entry("cli", Set.of("", "control", "control.proto")));

  /** Layer 0 imports nothing of MeshKit, but that a configuration speaks the nouns of the API. */
  private static final Map<String, Set<String>> BELOW =
      Map.of("config", Set.of("api"), "api", Set.of(), "runtime", Set.of(), "observe", Set.of());

  private PackageRules() {}

  /** Edges between packages that the table does not have. */
  public static List<String> edges(List<Compiled> classes) {
    var broken = new ArrayList<String>();
    for (var one : classes) {
      var from = shortName(one.inPackage());
      for (var used : one.uses()) {
        if (!isOurs(used)) continue;
        var to = shortName(Compiled.packageOf(used));
        if (!from.equals(to) && !mayImport(from, to))
          broken.add(
              one.name() + " uses " + used + ": " + name(from) + " may not import " + name(to));
      }
    }
    return broken;
  }

  /** Packages that the table does not know. */
  public static List<String> strangers(List<Compiled> classes) {
    var known = union(MAY_IMPORT.keySet(), LAYER_0);
    return classes.stream()
        .map(one -> shortName(one.inPackage()))
        .filter(name -> !known.contains(name))
        .distinct()
        .map(name -> "no row in ARCHITECTURE.md for " + name(name))
        .toList();
  }

  /** Cycles cannot pass {@link #edges} while the table itself has none. */
  public static List<String> cyclesOfTheTable() {
    var left = new TreeMap<String, Set<String>>();
    MAY_IMPORT.forEach((from, to) -> left.put(from, new TreeSet<>(to)));
    while (left.values().removeIf(Set::isEmpty) || prune(left)) {
      // until nothing more can be taken away
    }
    return left.keySet().stream().map(PackageRules::name).toList();
  }

  private static boolean prune(Map<String, Set<String>> left) {
    var changed = false;
    for (var targets : left.values()) changed |= targets.removeIf(to -> !left.containsKey(to));
    return changed;
  }

  private static boolean mayImport(String from, String to) {
    if (LAYER_0.contains(from)) return BELOW.getOrDefault(from, Set.of()).contains(to);
    if (from.endsWith(".proto")) return false;
    return LAYER_0.contains(to) || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
  }

  private static boolean isOurs(String className) {
    return className.startsWith(ROOT + ".");
  }

  private static String shortName(String inPackage) {
    return inPackage.equals(ROOT) ? "" : inPackage.substring(ROOT.length() + 1);
  }

  private static String name(String shortName) {
    return shortName.isEmpty() ? ROOT : shortName;
  }

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    var all = new TreeSet<String>();
    for (var set : sets) all.addAll(set);
    return all;
  }
}
