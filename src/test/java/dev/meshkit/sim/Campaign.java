package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Many seeds of one scenario, and whether they saw enough to prove anything. */
final class Campaign {
  private final Scenario scenario;
  private final Run run;
  private final Coverage coverage = new Coverage();
  private final List<Outcome> failures = new ArrayList<>();
  private long runs;
  private long events;
  private long virtual;

  Campaign(Scenario scenario) {
    this(scenario, scenario::run);
  }

  /** Of runs that are not quite the scenario's. */
  Campaign(Scenario scenario, Run run) {
    this.scenario = scenario;
    this.run = run;
  }

  /** A run of a seed; each line of its transcript goes to the listeners. */
  @FunctionalInterface
  interface Run {
    Outcome of(long seed, List<PrintStream> listeners);
  }

  /** Runs the seeds from {@code first} on; stops at the third failure. */
  Campaign seeds(long first, long count) {
    for (var seed = first; seed < first + count && failures.size() < 3; seed++)
      add(run.of(seed, List.of()));
    return this;
  }

  private void add(Outcome outcome) {
    runs++;
    events += outcome.events();
    virtual += outcome.virtual();
    coverage.add(outcome.coverage());
    if (!outcome.passed()) failures.add(outcome);
  }

  /** Runs a seed twice more; says which event is the first to differ, or nothing (V1). */
  String repeat(long seed) {
    var one = new Repetition(run, seed);
    var two = new Repetition(run, seed);
    var differs = one.difference(two);
    return differs.isEmpty() ? "" : "NONDETERMINISM " + scenario + " seed " + seed + ": " + differs;
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
