package dev.meshkit.gate;

import java.util.regex.Pattern;

/**
 * One step of a branch: what it is called and what it records.
 *
 * @param name 1 to 64 of {@code [A-Za-z0-9._-]}; never reused for another deed of the change
 * @param type what it records
 * @param key names one deed, whoever captures it; empty for a step that stands in its order
 * @param <R> what it yields
 */
public record Step<R>(String name, ValueType<R> type, String key) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int LONGEST_KEY = 128;

  /** Checks name and key. */
  public Step {
    check("a step", name);
    if (key.length() > LONGEST_KEY || key.chars().anyMatch(Character::isISOControl))
      throw new IllegalArgumentException("a key has at most 128 characters: '" + key + "'");
  }

  /** A step that stands in the order of its strand. */
  public static <R> Step<R> of(String name, ValueType<R> type) {
    return new Step<>(name, type, "");
  }

  /** This step as one deed: captured by many at once, it is done once, and all get its outcome. */
  public Step<R> key(String deed) {
    if (deed.isEmpty()) throw new IllegalArgumentException("a key is not empty");
    return new Step<>(name, type, deed);
  }

  boolean isKeyed() {
    return !key.isEmpty();
  }

  /** How the store calls it. */
  String text(String strand) {
    if (isKeyed()) return name + "[" + key + "]";
    return strand.isEmpty() ? name : strand + "/" + name;
  }

  /** Refuses what is not a name. */
  static void check(String what, String name) {
    if (!NAME.matcher(name).matches())
      throw new IllegalArgumentException(
          what + " is called 1 to 64 of [A-Za-z0-9._-], not '" + name + "'");
  }
}
