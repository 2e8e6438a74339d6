package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Many seeds of one scenario, and whether they saw enough to prove anything. */
final class Campaign {
  private final Scenario scenario;
  private final Run run;
  private final boolean plain; // whether another process runs the same by its name
  private final Coverage coverage = new Coverage();
  private final List<Outcome> failures = new ArrayList<>();
  private final List<Ran> repeated = new ArrayList<>();
  private long runs;
  private long events;
  private long virtual;
  private int most = 3;

  Campaign(Scenario scenario) {
    this(scenario, scenario::run, true);
  }

  /** Of runs that are not quite the scenario's. */
  Campaign(Scenario scenario, Run run) {
    this(scenario, run, false);
  }

  private Campaign(Scenario scenario, Run run, boolean plain) {
    this.scenario = scenario;
    this.run = run;
    this.plain = plain;
  }

  /** A run of a seed; each line of its transcript goes to the listeners. */
  @FunctionalInterface
  interface Run {
    Outcome of(long seed, List<PrintStream> listeners);
  }

  /** A run of a seed with faults of somebody's choice. */
  @FunctionalInterface
  interface Faulted {
    Outcome of(long seed, Schedule schedule, List<PrintStream> listeners);
  }

  /** One that no failure stops, and that keeps none: whoever adds runs deals with those. */
  Campaign endless() {
    most = 0;
    return this;
  }

  /** Runs the seeds from {@code first} on; stops at the third failure. */
  Campaign seeds(long first, long count) {
    for (var seed = first; seed < first + count && !stopped(); seed++) add(run.of(seed, List.of()));
    return this;
  }

  /** A run of its kind, which it does not see. */
  Outcome run(long seed) {
    return run.of(seed, List.of());
  }

  /** Whether it has seen enough failures. */
  boolean stopped() {
    return most > 0 && failures.size() >= most;
  }

  /** One more run, in the order of seeds; none after it has stopped. */
  void add(Outcome outcome) {
    if (stopped()) return;
    runs++;
    events += outcome.events();
    virtual += outcome.virtual();
    coverage.add(outcome.coverage());
    if (!outcome.passed() && most > 0) failures.add(outcome);
  }

  /** A run that is done again elsewhere, too. */
  void addRepeated(Outcome once) {
    if (plain) repeated.add(Ran.of(once));
  }

  /** Those that wait for it. */
  List<Ran> repeated() {
    return repeated;
  }

  /** The same, which wait no more. */
  List<Ran> takeRepeated() {
    var taken = List.copyOf(repeated);
    repeated.clear();
    return taken;
  }

  /** Runs a seed again; says where that differs, or nothing (V1). */
  String repeat(Outcome once) {
    var again = run(once.seed());
    if (again.trace() == once.trace() && again.events() == once.events()) return "";
    var differs = repeat(once.seed());
    return differs.isEmpty()
        ? "NONDETERMINISM " + scenario + " seed " + once.seed() + ": not every time"
        : differs;
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

  /** What it runs. */
  Scenario scenario() {
    return scenario;
  }

  /** How much happened, in one line. */
  @Override
  public String toString() {
    return scenario + ": " + size(runs, events, virtual) + "; " + coverage;
  }

  /** How much happened in all of them (V30). */
  static String total(List<Campaign> campaigns) {
    var runs = campaigns.stream().mapToLong(one -> one.runs).sum();
    var events = campaigns.stream().mapToLong(one -> one.events).sum();
    return size(runs, events, campaigns.stream().mapToLong(one -> one.virtual).sum());
  }

  private static String size(long runs, long events, long virtual) {
    var hours = Math.round(virtual / 3.6e10) / 100.0;
    return runs + " seeds, " + events + " events, " + hours + " virtual hours";
  }
}
