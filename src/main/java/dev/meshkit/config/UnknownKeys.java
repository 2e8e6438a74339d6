package dev.meshkit.config;

import dev.meshkit.config.InvalidConfig.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds what nobody asked for, and guesses what was meant. */
final class UnknownKeys {
  private static final int NEAR = 2;

  private final Set<List<String>> keys = new LinkedHashSet<>();
  private final Set<List<String>> sections = new LinkedHashSet<>();

  /** {@code known}: all keys there are. */
  UnknownKeys(Collection<String> known) {
    for (var key : known) {
      var path = List.of(key.split("\\."));
      keys.add(path);
      for (var i = 0; i < path.size(); i++) sections.add(path.subList(0, i));
    }
  }

  /** What is unknown, each section or key once a layer. */
  List<Violation> in(List<Layer> layers) {
    var found = new ArrayList<Violation>();
    for (var layer : layers) {
      var named = new LinkedHashSet<List<String>>();
      for (var path : layer.values().keySet()) {
        if (keys.contains(path) || isEmptySection(layer, path)) continue;
        var unknown = firstUnknown(path);
        if (named.add(unknown)) found.add(violation(layer, unknown, unknown.size() < path.size()));
      }
    }
    return found;
  }

  private boolean isEmptySection(Layer layer, List<String> path) {
    return sections.contains(path) && java.util.Map.of().equals(layer.values().get(path));
  }

  private List<String> firstUnknown(List<String> path) {
    for (var i = 1; i < path.size(); i++) {
      if (!sections.contains(path.subList(0, i))) return path.subList(0, i);
    }
    return path;
  }

  private Violation violation(Layer layer, List<String> path, boolean hasKeys) {
    var key = String.join(".", path);
    var origin = layer.origins().of(path);
    if (sections.contains(path)) {
      return new Violation("MK-CFG-005", key, "`" + key + "` is a section, not a key", origin);
    }
    if (keys.contains(path)) {
      return new Violation("MK-CFG-005", key, "`" + key + "` is a key, not a section", origin);
    }
    var isTable = hasKeys || layer.values().get(path) instanceof java.util.Map;
    var code = isTable ? "MK-CFG-002" : "MK-CFG-001";
    var text = "unknown " + (isTable ? "section" : "key") + " `" + key + "`" + hint(path, isTable);
    return new Violation(code, key, text, origin);
  }

  private String hint(List<String> path, boolean isTable) {
    var above = path.subList(0, path.size() - 1);
    var beside =
        (isTable ? sections : keys)
            .stream()
                .filter(
                    known ->
                        known.size() == path.size() && known.subList(0, above.size()).equals(above))
                .map(List::getLast)
                .filter(known -> distance(known, path.getLast()) <= NEAR)
                .min(Comparator.comparingInt(known -> distance(known, path.getLast())));
    return beside
        .or(() -> elsewhere(path))
        .map(known -> ": did you mean `" + known + "`?")
        .orElse("");
  }

  private java.util.Optional<String> elsewhere(List<String> path) {
    var whole = String.join(".", path);
    return keys.stream()
        .map(known -> String.join(".", known))
        .filter(known -> distance(known, whole) <= NEAR)
        .findFirst();
  }

  /** Levenshtein's: insertions, deletions and replacements that make one text of the other. */
  static int distance(String one, String other) {
    var above = IntStream.rangeClosed(0, other.length()).toArray();
    for (var i = 1; i <= one.length(); i++) {
      var row = new int[other.length() + 1];
      row[0] = i;
      for (var j = 1; j <= other.length(); j++) {
        var replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[other.length()];
  }
}
