package dev.meshkit.bench;

/**
 * What a number of a run has to be.
 *
 * @param name as in the result
 * @param atLeast the least it may be
 * @param atMost the most it may be
 */
record Target(String name, double atLeast, double atMost) {
  static Target least(String name, double value) {
    return new Target(name, value, Double.POSITIVE_INFINITY);
  }

  static Target most(String name, double value) {
    return new Target(name, 0, value);
  }

  boolean isMetBy(double value) {
    return value >= atLeast && value <= atMost;
  }

  @Override
  public String toString() {
    return name + (atLeast > 0 ? " ≥ " + atLeast : " ≤ " + atMost);
  }
}
