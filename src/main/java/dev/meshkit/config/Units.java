package dev.meshkit.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Durations such as "250ms" and sizes such as "64KiB": read, and written the way they are read. */
final class Units {
  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15})([A-Za-z]+)");
  private static final List<Unit> DURATIONS =
      List.of(
          new Unit("d", 86_400_000),
          new Unit("h", 3_600_000),
          new Unit("m", 60_000),
          new Unit("s", 1000),
          new Unit("ms", 1));
  private static final List<Unit> SIZES =
      List.of(
          new Unit("TiB", 1L << 40),
          new Unit("GiB", 1L << 30),
          new Unit("MiB", 1L << 20),
          new Unit("KiB", 1L << 10),
          new Unit("B", 1));

  private Units() {}

  private record Unit(String name, long factor) {}

  /**
   * Reads "250ms", "2s", "10m", "6h" or "7d"; throws {@link IllegalArgumentException} otherwise.
   */
  static Duration duration(String text) {
    return Duration.ofMillis(
        read(text, DURATIONS, "a duration such as \"250ms\", \"2s\", \"10m\" or \"7d\""));
  }

  /** Reads "512B", "64KiB", "256MiB", "8GiB"; throws {@link IllegalArgumentException} otherwise. */
  static long size(String text) {
    return read(text, SIZES, "a size such as \"64KiB\" or \"1GiB\"");
  }

  /** As {@link #duration(String)} reads it, in the largest unit that loses nothing. */
  static String duration(Duration value) {
    return write(value.toMillis(), DURATIONS);
  }

  /** As {@link #size(String)} reads it, in the largest unit that loses nothing. */
  static String size(long bytes) {
    return write(bytes, SIZES);
  }

  private static long read(String text, List<Unit> units, String wanted) {
    var parts = QUANTITY.matcher(text);
    if (parts.matches()) {
      for (var unit : units) {
        if (!unit.name().equals(parts.group(2))) continue;
        var count = Long.parseLong(parts.group(1));
        return count > Long.MAX_VALUE / unit.factor() ? Long.MAX_VALUE : count * unit.factor();
      }
    }
    throw new IllegalArgumentException("want " + wanted + ", not \"" + text + "\"");
  }

  private static String write(long value, List<Unit> units) {
    for (var unit : units) {
      if (value != 0 && value % unit.factor() == 0) return value / unit.factor() + unit.name();
    }
    return "0" + units.getLast().name();
  }
}
