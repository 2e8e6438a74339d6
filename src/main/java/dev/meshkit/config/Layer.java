package dev.meshkit.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What one source says, before anybody knows whether the keys exist.
 *
 * @param values by the parts of the key; TOML values, or text from a variable or flag
 * @param origins where a key, or a section, was given
 */
record Layer(Map<List<String>, Object> values, Origins origins) {
  private static final String PREFIX = "MESHKIT_";

  /** Finds the place of a key or section that this layer gave. */
  @FunctionalInterface
  interface Origins {
    Origin of(List<String> path);
  }

  /** The text of a variable or flag: unlike a TOML value, it has no type of its own. */
  record Text(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * The variables that are configuration: {@code MESHKIT_NODE__REGION} is {@code node.region}. One
   * without {@code __} is not ours: Kubernetes injects {@code MESHKIT_SERVICE_HOST} and the like.
   */
  static Layer ofEnvironment(Map<String, String> environment) {
    return ofTexts(
        environment,
        name -> name.startsWith(PREFIX) && name.contains("__"),
        name -> name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace("__", "."),
        name -> name);
  }

  /** Command-line flags, by the key they set. */
  static Layer ofFlags(Map<String, String> valuesByKey, Map<String, String> namesByKey) {
    return ofTexts(valuesByKey, _ -> true, key -> key, key -> namesByKey.getOrDefault(key, key));
  }

  private static Layer ofTexts(
      Map<String, String> texts,
      java.util.function.Predicate<String> wanted,
      UnaryOperator<String> keys,
      UnaryOperator<String> places) {
    var values = new LinkedHashMap<List<String>, Object>();
    var origins = new LinkedHashMap<List<String>, Origin>();
    for (var entry : new java.util.TreeMap<>(texts).entrySet()) {
      if (!wanted.test(entry.getKey())) continue;
      var path = List.of(keys.apply(entry.getKey()).split("\\.", -1));
      values.put(path, new Text(entry.getValue()));
      for (var i = 1; i <= path.size(); i++)
        origins.putIfAbsent(path.subList(0, i), new Origin(places.apply(entry.getKey()), ""));
    }
    return new Layer(values, path -> origins.getOrDefault(path, Origin.DEFAULT));
  }
}
