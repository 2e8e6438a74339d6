package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code make sim}: replays one seed, or runs the campaign of a change. Settings are environment
 * variables or options: SEED or {@code --seed}, SCENARIO, COUNT, WORKERS, VERBOSE; REPLAY runs a
 * file that a failure left in {@code target/sim}.
 */
public final class Main {
  private final Settings settings;
  private final PrintStream out;
  private final Failures failures;
  private final Elsewhere.Repeats elsewhere;
  private long passed;

  private Main(Settings settings, PrintStream out, Elsewhere.Repeats elsewhere) {
    this.elsewhere = elsewhere;
    this.settings = settings;
    this.out = out;
    this.failures = new Failures(Failures.PLACE, out);
  }

  /** Exits 0 if all passed and the campaign saw enough, 1 if not, 2 for what makes no sense. */
  public static void main(String... args) {
    try {
      System.exit(new Main(Settings.of(args), System.out, Elsewhere.inProcesses()).run());
    } catch (IllegalArgumentException misused) {
      System.err.println("error: " + misused.getMessage());
      System.exit(2);
    }
  }

  /** The same without a process: returns the exit code. */
  static int run(Settings settings, PrintStream out) {
    return new Main(settings, out, Elsewhere.nowhere()).run();
  }

  /** The same with campaigns of somebody's choice. */
  static int run(Settings settings, PrintStream out, List<Campaign> campaigns) {
    return run(settings, out, campaigns, Elsewhere.nowhere());
  }

  /** The same with somebody who runs some of them again. */
  static int run(
      Settings settings, PrintStream out, List<Campaign> campaigns, Elsewhere.Repeats elsewhere) {
    var main = new Main(settings, out, elsewhere);
    main.campaigns(campaigns);
    return main.end();
  }

  private int run() {
    if (settings.has("REPLAY")) return replay(Path.of(settings.text("REPLAY")));
    var scenarios = Scenario.asked(settings.text("SCENARIO"));
    if (!settings.has("SEED")) campaigns(scenarios.stream().map(Campaign::new).toList());
    else scenarios.forEach(scenario -> replay(scenario, settings.number("SEED", 1)));
    return end();
  }

  private int end() {
    out.println(passed + " passed, " + failures.count() + " failed");
    return failures.count() == 0 ? 0 : 1;
  }

  /** 0 if it passes now, 1 if it fails as it did, 2 if it fails otherwise. */
  private int replay(Path file) {
    var script = Script.parse(read(file));
    var outcome =
        Scenario.parse(script.scenario()).run(script.seed(), script.schedule(), listeners());
    var verdict = script.judge(outcome);
    if (!outcome.passed()) out.println(outcome.report());
    out.println(verdict + " " + file + " trace " + Long.toHexString(outcome.trace()));
    return switch (verdict) {
      case "PASSED" -> 0;
      case "REPRODUCED" -> 1;
      default -> 2;
    };
  }

  private List<PrintStream> listeners() {
    return settings.has("VERBOSE") ? List.of(out) : List.of();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException broken) {
      throw new IllegalArgumentException("cannot read " + file + ": " + broken.getMessage());
    }
  }

  private void replay(Scenario scenario, long seed) {
    var outcome = scenario.run(seed, listeners());
    if (!outcome.passed()) {
      failures.add(outcome, scenario::run);
      return;
    }
    passed++;
    out.println(
        "SIM OK   seed="
            + seed
            + " scenario="
            + scenario
            + " trace "
            + Long.toHexString(outcome.trace())
            + ", "
            + outcome.events()
            + " events in "
            + Seconds.text(outcome.virtual())
            + "; "
            + outcome.coverage());
  }

  /** All seeds of all of them, on {@code WORKERS} threads. */
  private void campaigns(List<Campaign> campaigns) {
    var count = settings.number("COUNT", 0);
    var course =
        new Rounds.Course(1, one -> count > 0 ? count : one.usual(), 1, round -> round == 1);
    new Workers(settings.number("WORKERS", 2))
        .each(new Rounds(campaigns, course, failures, this::sum), Runnable::run);
    if (!settings.has("COUNT") && !settings.has("SCENARIO")) {
      for (var found : Found.all()) regression(found);
      Gates.missing(campaigns).forEach(failures::add);
    }
    elsewhere.repeat(campaigns, 1, failures, out);
    out.println("seeds from 1 on: " + Campaign.total(campaigns));
  }

  /** A seed that found something once passes now (V25). */
  private void regression(Found found) {
    var outcome = found.scenario().run(found.seed());
    if (outcome.passed()) passed++;
    else failures.add(outcome, found.scenario()::run);
  }

  private void sum(Campaign campaign) {
    out.println(campaign);
    passed += campaign.runs() - campaign.failures().size();
    if (!settings.has("COUNT")) campaign.vacuous().forEach(failures::add);
  }
}
