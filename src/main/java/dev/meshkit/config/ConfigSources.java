package dev.meshkit.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a configuration is looked for. Precedence: flag, then environment, then file, then default,
 * in whatever order they are named here. One thread.
 */
public final class ConfigSources {
  private final List<Path> files = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final Map<String, String> flagNames = new LinkedHashMap<>();

  private ConfigSources() {}

  /**
   * A configuration and where each of its values came from.
   *
   * @param config the record tree
   * @param settings every key, in the order of the sections
   */
  public record Loaded(MeshConfig config, List<Setting> settings) {
    /** Copies the settings. */
    public Loaded {
      settings = List.copyOf(settings);
    }

    /** Where the value of {@code key} came from. */
    public Origin origin(String key) {
      return settings.stream()
          .filter(setting -> setting.key().equals(key))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no such key: " + key))
          .origin();
    }
  }

  /** Nothing but defaults, so far. */
  public static ConfigSources defaults() {
    return new ConfigSources();
  }

  /** Adds a TOML file; a later one overrides an earlier one. */
  public ConfigSources file(Path file) {
    files.add(file);
    return this;
  }

  /** Adds variables such as {@code MESHKIT_NODE__REGION}; those without {@code __} are not ours. */
  public ConfigSources environment(Map<String, String> environment) {
    variables.putAll(environment);
    return this;
  }

  /** Adds a flag, {@code name} as the user typed it, that sets {@code key}. */
  public ConfigSources flag(String name, String key, String value) {
    flags.put(key, value);
    flagNames.put(key, name);
    return this;
  }

  /**
   * Reads everything and checks everything; throws {@link InvalidConfig} with all that is wrong.
   * Blocks for the files.
   */
  public Loaded load() {
    var layers = new ArrayList<Layer>();
    for (var file : files) layers.add(TomlFile.read(file));
    layers.add(Layer.ofEnvironment(variables));
    layers.add(Layer.ofFlags(flags, flagNames));
    var reader = new Reader(layers);
    var config = new Tree(reader).read();
    return new Loaded(config, reader.settings());
  }
}
