package dev.meshkit.gate;

/**
 * The versions of a change that a build can run, both ends included.
 *
 * @param min the lowest, at least 1
 * @param max the highest
 */
public record Support(int min, int max) {
  /** Not one version: the member does not know the change. */
  public static final Support NONE = new Support(0, 0);

  /** Checks the order. */
  public Support {
    var isNone = min == 0 && max == 0;
    if (!isNone && (min < 1 || max < min))
      throw new IllegalArgumentException("want 1 <= min <= max, not " + min + ".." + max);
  }

  /** Whether it can run this version. */
  public boolean has(int version) {
    return version >= min && version <= max && version > 0;
  }

  @Override
  public String toString() {
    return min + ".." + max;
  }
}
