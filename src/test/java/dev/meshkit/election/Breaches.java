package dev.meshkit.election;

/** What of a contract fails where no test runner looks: in a world with a bug in it. */
final class Breaches {
  private Breaches() {}

  /** One of its tests. */
  @FunctionalInterface
  interface Rule {
    void holds() throws Exception;
  }

  /** The numbers of those that do not hold, from 1; empty if all do. */
  static String of(Rule... rules) throws Exception {
    var found = new StringBuilder();
    for (var number = 1; number <= rules.length; number++) {
      try {
        rules[number - 1].holds();
      } catch (AssertionError breach) {
        found.append(number).append(' ');
      }
    }
    return found.toString().strip();
  }
}
