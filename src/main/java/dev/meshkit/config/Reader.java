package dev.meshkit.config;

import dev.meshkit.config.InvalidConfig.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Answers which value a key has, and gathers everything that is wrong. One thread.
 *
 * <p>The keys asked for are the keys there are: whatever else a layer holds is unknown.
 */
final class Reader {
  private final List<Layer> layers;
  private final Map<String, Setting> asked = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  /** Reads {@code layers}; a later one overrides an earlier one. */
  Reader(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /** The value of {@code key}, or {@code otherwise} if nobody gave one, or gave a bad one. */
  <T> T value(String key, Kind<T> kind, T otherwise) {
    var path = List.of(key.split("\\."));
    var value = otherwise;
    var origin = Origin.DEFAULT;
    for (var layer : layers) {
      var given = layer.values().get(path);
      if (given == null) continue;
      origin = layer.origins().of(path);
      try {
        value = kind.read().apply(given);
      } catch (IllegalArgumentException wrong) {
        violations.add(
            new Violation("MK-CFG-005", key, "`" + key + "`: " + wrong.getMessage(), origin));
      }
    }
    asked.put(key, new Setting(key, kind.write().apply(value), origin));
    return value;
  }

  /** The free keys below {@code key}, and their texts. */
  Map<String, String> table(String key) {
    var path = List.of(key.split("\\."));
    var table = new TreeMap<String, String>();
    var origin = Origin.DEFAULT;
    for (var layer : layers) {
      for (var path2 : layer.values().keySet()) {
        if (path2.size() != path.size() + 1 || !path2.subList(0, path.size()).equals(path))
          continue;
        origin = layer.origins().of(path2);
        var name = path2.getLast();
        table.put(name, value(key + "." + name, Kind.TEXT, ""));
      }
    }
    asked.put(key, new Setting(key, table.toString(), origin));
    return table;
  }

  /** Makes a record; what its rules refuse is noted, and {@code otherwise} stands in. */
  <T> T section(Supplier<T> make, T otherwise) {
    try {
      return make.get();
    } catch (InvalidConfig broken) {
      broken.violations().forEach(this::locate);
      return otherwise;
    }
  }

  /** All settings, once every key was asked for; throws {@link InvalidConfig} with every error. */
  List<Setting> settings() {
    violations.addAll(new UnknownKeys(asked.keySet()).in(layers));
    violations.sort(Comparator.comparing(Violation::origin, Origin.AS_READ));
    if (!violations.isEmpty()) throw new InvalidConfig(violations);
    return List.copyOf(asked.values());
  }

  /** Whether something is already wrong below {@code section}. */
  boolean isBroken(String section) {
    return violations.stream().anyMatch(violation -> violation.key().startsWith(section + "."));
  }

  /** A relation has two sides: where one is a default, the place is the side that was given. */
  private void locate(Violation broken) {
    var origin =
        asked.values().stream()
            .filter(setting -> !setting.origin().equals(Origin.DEFAULT))
            .filter(setting -> broken.text().contains(setting.key()))
            .sorted(Comparator.comparing(setting -> !setting.key().equals(broken.key())))
            .map(Setting::origin)
            .findFirst()
            .orElse(Origin.DEFAULT);
    violations.add(new Violation(broken.code(), broken.key(), broken.text(), origin));
  }
}
