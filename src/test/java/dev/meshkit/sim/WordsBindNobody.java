package dev.meshkit.sim;

/**
 * E16, E24, S11: one for each. A violation means that a node was moved by what it should have
 * refused: one that is promised to a leader by another's question, a timer by a question that binds
 * nobody, a promise by the late heartbeat of a term that was given up.
 */
final class WordsBindNobody implements Oracle {
  private final String rule;

  WordsBindNobody(String rule) {
    this.rule = rule;
  }

  @Override
  public String name() {
    return rule;
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Unmoved(_, _, var by, var before, var after)
            && by.equals(rule)
            && !before.equals(after)
        ? sight.toString()
        : "";
  }
}
