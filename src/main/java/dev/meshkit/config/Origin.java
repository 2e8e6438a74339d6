package dev.meshkit.config;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Where a value was given.
 *
 * @param place {@code file:line:column}, the name of a variable or flag, or {@code default}
 * @param excerpt the source line and a caret under the place; empty outside files
 */
public record Origin(String place, String excerpt) {
  private static final Pattern IN_FILE = Pattern.compile("(.*):([0-9]+):([0-9]+)");

  /** As a reader meets them: files by line and column, then whatever else said something. */
  static final Comparator<Origin> AS_READ =
      Comparator.comparing((Origin origin) -> !IN_FILE.matcher(origin.place).matches())
          .thenComparing(Origin::file)
          .thenComparingInt(origin -> origin.number(2))
          .thenComparingInt(origin -> origin.number(3));

  /** Nobody gave it. */
  public static final Origin DEFAULT = new Origin("default", "");

  private String file() {
    var found = IN_FILE.matcher(place);
    return found.matches() ? found.group(1) : "";
  }

  private int number(int group) {
    var found = IN_FILE.matcher(place);
    return found.matches() ? Integer.parseInt(found.group(group)) : 0;
  }
}
