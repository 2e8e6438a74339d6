package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One run that a person looks at: {@code VERBOSE=1} prints its transcript, {@code NODE=n3} of that
 * the lines of one node and the faults, and {@code UNTIL=17.1} stops it there, in virtual seconds,
 * and prints all that is held then.
 */
final class Look {
  private final Settings settings;
  private final PrintStream out;

  Look(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Refuses what only one run can be asked for, where there is none or more than one. */
  void needsOne(boolean isOne) {
    for (var name : List.of("NODE", "UNTIL"))
      if (settings.has(name) && !isOne)
        throw new IllegalArgumentException(
            name
                + "="
                + settings.text(name)
                + " looks at one run: say which by SEED=7 SCENARIO=election/chaos, or REPLAY=file");
  }

  /** Runs it, or as much of it as was asked for. */
  Outcome run(Scenario scenario, Setup setup, long seed) {
    var until = until();
    var run = new Simulation(setup, seed, new Transcript(listeners(scenario, setup, seed)));
    var outcome = run.run(scenario.toString(), until);
    if (settings.has("UNTIL")) words(run, outcome).forEach(out::println);
    return outcome;
  }

  /** Whether the run was stopped before it had an end. */
  boolean stopped(Outcome outcome) {
    return outcome.passed() && until() < outcome.schedule().sizes().end();
  }

  private long until() {
    if (!settings.has("UNTIL")) return Long.MAX_VALUE;
    var text = settings.text("UNTIL");
    if (!text.matches("\\d{1,7}(\\.\\d{1,9})?"))
      throw new IllegalArgumentException(
          "UNTIL=" + text + " is no time in seconds: write UNTIL=17.1");
    return Seconds.of(Double.parseDouble(text));
  }

  private List<PrintStream> listeners(Scenario scenario, Setup setup, long seed) {
    if (settings.has("NODE"))
      return List.of(new OneNode(node(scenario, setup, seed), out).listener());
    return settings.has("VERBOSE") ? List.of(out) : List.of();
  }

  private NodeId node(Scenario scenario, Setup setup, long seed) {
    var asked = settings.text("NODE");
    for (var id : setup.nodes())
      if (id.toString().equals(asked) || id.name().equals(asked)) return id;
    var there = setup.nodes().stream().distinct().map(NodeId::toString);
    throw new IllegalArgumentException(
        "NODE="
            + asked
            + " is no node of "
            + scenario
            + " seed "
            + seed
            + ", which has "
            + there.collect(Collectors.joining(", ")));
  }

  private static List<String> words(Simulation run, Outcome outcome) {
    var lines = new ArrayList<String>();
    lines.add(
        "at "
            + Seconds.text(run.now())
            + ", after "
            + outcome.events()
            + " events; "
            + run.waiting()
            + " wait; "
            + run.network());
    for (var node : run.nodes()) {
      lines.add(node.toString());
      if (!node.running()) continue;
      node.hosts()
          .forEach(
              (core, host) -> host.words().forEach(line -> lines.add("  " + core + " " + line)));
    }
    return lines;
  }
}
