package dev.meshkit.sim;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command of the simulator was asked for, by name.
 *
 * @param values by the names of environment variables
 */
record Settings(Map<String, String> values) {
  /** Copies the map. */
  Settings {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Environment variables, and options as {@code --seed 7} which come before them. */
  static Settings of(String... args) {
    var values = new TreeMap<>(System.getenv());
    for (var i = 0; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length)
        throw new IllegalArgumentException(
            "'" + args[i] + "' is no option with a value: write --seed 7");
      values.put(args[i].substring(2).toUpperCase(Locale.ROOT), args[i + 1]);
    }
    return new Settings(values);
  }

  /** Whether it was given. */
  boolean has(String name) {
    return !text(name).isEmpty();
  }

  /** As it was given; empty if it was not. */
  String text(String name) {
    return values.getOrDefault(name, "").strip();
  }

  /** As a whole number above zero, or what it usually is. */
  long positive(String name, long usual) {
    var number = number(name, usual);
    if (has(name) && number < 1)
      throw new IllegalArgumentException(
          name + "=" + text(name) + " is not 1 or more: write " + name + "=7");
    return number;
  }

  /** As a whole number, or what it usually is. */
  long number(String name, long usual) {
    if (!has(name)) return usual;
    try {
      return Long.parseLong(text(name));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          name + "=" + text(name) + " is no whole number: write " + name + "=7");
    }
  }
}
