package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;

/** Many seeds of one scenario, and whether they saw enough to prove anything. */
final class Campaign {
  private final Scenario scenario;
  private final Coverage coverage = new Coverage();
  private final List<Outcome> failures = new ArrayList<>();
  private long runs;
  private long events;
  private long virtual;

  Campaign(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Runs the seeds from {@code first} on; stops at the third failure. */
  Campaign seeds(long first, long count) {
    for (var seed = first; seed < first + count && failures.size() < 3; seed++)
      add(scenario.run(seed));
    return this;
  }

  private void add(Outcome outcome) {
    runs++;
    events += outcome.events();
    virtual += outcome.virtual();
    coverage.add(outcome.coverage());
    if (!outcome.passed()) failures.add(outcome);
  }

  /** Runs a seed twice more; says where it differs, or nothing (V1). */
  String repeat(long seed) {
    var one = scenario.run(seed);
    var two = scenario.run(seed);
    return one.trace() == two.trace() && one.events() == two.events()
        ? ""
        : "NONDETERMINISM "
            + scenario
            + " seed "
            + seed
            + ": traces "
            + one.trace()
            + ", "
            + two.trace();
  }

  /** What this campaign should have seen and did not, or should not have measured and did. */
  List<String> vacuous() {
    var wrong = new ArrayList<>(coverage.vacuous(scenario.needs(runs)));
    wrong.addAll(scenario.excess(coverage));
    return wrong;
  }

  /** The runs that failed. */
  List<Outcome> failures() {
    return failures;
  }

  /** How many runs there were. */
  long runs() {
    return runs;
  }

  /** What all of them saw. */
  Coverage coverage() {
    return coverage;
  }

  /** How much happened, in one line. */
  @Override
  public String toString() {
    return scenario
        + ": "
        + runs
        + " seeds, "
        + events
        + " events, "
        + Math.round(virtual / 3.6e10) / 100.0
        + " virtual hours; "
        + coverage;
  }
}
