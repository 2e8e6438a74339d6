package dev.meshkit.config;

/**
 * Where a value was given.
 *
 * @param place {@code file:line:column}, the name of a variable or flag, or {@code default}
 * @param excerpt the source line and a caret under the place; empty outside files
 */
public record Origin(String place, String excerpt) {
  /** Nobody gave it. */
  public static final Origin DEFAULT = new Origin("default", "");
}
