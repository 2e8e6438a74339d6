package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * {@code make sim}: replays one seed, or runs the campaign of a change. Settings are environment
 * variables or options: SEED or {@code --seed}, SCENARIO, COUNT, SECONDS of wall time after which
 * no seed begins, WORKERS, MUTANT, a planted bug to look at; REPLAY runs a file that a failure left
 * in {@code target/sim}. VERBOSE, NODE and UNTIL show one run: {@link Look}.
 */
public final class Main {
  private static final int ROUNDS = 20; // in so many, SECONDS would run each scenario's campaign
  private static final int HUNTED = 2_000; // seeds, for a mutant

  private final Settings settings;
  private final PrintStream out;
  private final Failures failures;
  private final Elsewhere.Repeats elsewhere;
  private final Function<Duration, BooleanSupplier> clock;
  private final Look look;
  private long passed;

  private Main(
      Settings settings,
      PrintStream out,
      Path place,
      Elsewhere.Repeats elsewhere,
      Function<Duration, BooleanSupplier> clock) {
    this.elsewhere = elsewhere;
    this.settings = settings;
    this.out = out;
    this.clock = clock;
    this.look = new Look(settings, out);
    this.failures = new Failures(place, out, clock);
  }

  /** Exits 0 if all passed and the campaign saw enough, 1 if not, 2 for what makes no sense. */
  public static void main(String... args) {
    try {
      var main =
          new Main(
              Settings.of(args),
              System.out,
              Failures.PLACE,
              Elsewhere.inProcesses(),
              Stopwatch::after);
      System.exit(main.run());
    } catch (IllegalArgumentException misused) {
      System.err.println("error: " + misused.getMessage());
      System.exit(2);
    }
  }

  /** Called in a mutant's own world, as {@link Hunt} says; what fails there is kept apart. */
  public static int planted(Map<String, String> values, PrintStream out) {
    var place = Failures.PLACE.resolve("mutant");
    return new Main(new Settings(values), out, place, Elsewhere.nowhere(), Stopwatch::after).run();
  }

  /** The same without a process: returns the exit code. */
  static int run(Settings settings, PrintStream out) {
    return run(settings, out, _ -> () -> false);
  }

  /** The same by a clock of somebody's choice. */
  static int run(Settings settings, PrintStream out, Function<Duration, BooleanSupplier> clock) {
    return new Main(settings, out, Failures.PLACE, Elsewhere.nowhere(), clock).run();
  }

  /** The same with campaigns of somebody's choice. */
  static int run(Settings settings, PrintStream out, List<Campaign> campaigns) {
    return run(settings, out, campaigns, Elsewhere.nowhere());
  }

  /** The same with somebody who runs some of them again. */
  static int run(
      Settings settings, PrintStream out, List<Campaign> campaigns, Elsewhere.Repeats elsewhere) {
    var main = new Main(settings, out, Failures.PLACE, elsewhere, _ -> () -> false);
    main.campaigns(campaigns);
    return main.end();
  }

  private int run() {
    var single = settings.has("SEED") || settings.has("REPLAY");
    if (settings.has("MUTANT")) return mutant(single);
    if (settings.has("REPLAY")) return replay(Path.of(settings.text("REPLAY")));
    var scenarios = Scenario.asked(settings.text("SCENARIO"));
    look.needsOne(single && scenarios.size() == 1);
    if (!single) campaigns(scenarios.stream().map(Campaign::new).toList());
    else scenarios.forEach(scenario -> replay(scenario, settings.number("SEED", 1)));
    return end();
  }

  private int end() {
    out.println(passed + " passed, " + failures.count() + " failed");
    return failures.count() == 0 ? 0 : 1;
  }

  /** One run of a planted bug, or a hunt for it. */
  private int mutant(boolean single) {
    var planted = Mutants.named(settings.text("MUTANT"));
    if (single) return Hunt.look(planted, settings, out);
    look.needsOne(false);
    var seeds = Math.toIntExact(settings.positive("COUNT", HUNTED));
    return Mutants.hunt(List.of(planted), seeds, out);
  }

  /** 0 if it passes now, 1 if it fails as it did, 2 if it fails otherwise. */
  private int replay(Path file) {
    var script = Script.parse(read(file));
    var scenario = Scenario.parse(script.scenario());
    var setup = scenario.setup(script.seed()).with(script.schedule());
    var outcome = look.run(scenario, setup, script.seed());
    var verdict = look.stopped(outcome) ? "STOPPED" : script.judge(outcome);
    if (!outcome.passed()) out.println(outcome.report());
    out.println(verdict + " " + file + " trace " + Long.toHexString(outcome.trace()));
    return switch (verdict) {
      case "PASSED", "STOPPED" -> 0;
      case "REPRODUCED" -> 1;
      default -> 2;
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException broken) {
      throw new IllegalArgumentException("cannot read " + file + ": " + broken.getMessage());
    }
  }

  private void replay(Scenario scenario, long seed) {
    var outcome = look.run(scenario, scenario.setup(seed), seed);
    if (!outcome.passed()) {
      failures.add(outcome, scenario::run);
      return;
    }
    var stopped = look.stopped(outcome);
    if (!stopped) passed++;
    out.println(
        (stopped ? "SIM STOP seed=" : "SIM OK   seed=")
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
    var workers = new Workers(settings.number("WORKERS", 2));
    if (settings.has("SECONDS")) timed(campaigns, workers);
    else whole(campaigns, workers);
    elsewhere.repeat(campaigns, 1, failures, out);
    out.println("seeds from 1 on: " + Campaign.total(campaigns));
  }

  private void whole(List<Campaign> campaigns, Workers workers) {
    var count = settings.positive("COUNT", 0);
    var course =
        new Rounds.Course(1, one -> count > 0 ? count : one.usual(), 1, round -> round == 1);
    workers.each(new Rounds(campaigns, course, failures, this::sum), Runnable::run);
    if (settings.has("COUNT") || settings.has("SCENARIO")) return;
    var found =
        Found.all().stream()
            .map(one -> (Callable<Outcome>) () -> one.scenario().run(one.seed()))
            .iterator();
    workers.each(found, this::regression);
    Gates.missing(campaigns).forEach(failures::add);
  }

  /** As many as there is time for, and {@code COUNT} of each at most; nobody asks what they saw. */
  private void timed(List<Campaign> campaigns, Workers workers) {
    var late = clock.apply(Duration.ofSeconds(settings.positive("SECONDS", 1)));
    var count = settings.positive("COUNT", 0);
    var course =
        new Rounds.Course(
            1,
            one -> count > 0 ? count : one.usual(),
            count > 0 ? 1 : ROUNDS,
            round -> !(count > 0 && round > 1) && !late.getAsBoolean() && !over(campaigns));
    workers.each(new Rounds(campaigns, course, failures, _ -> {}), Runnable::run);
    campaigns.forEach(this::sum);
  }

  private static boolean over(List<Campaign> campaigns) {
    return campaigns.stream().allMatch(Campaign::stopped);
  }

  /** A seed that found something once passes now (V25). */
  private void regression(Outcome outcome) {
    if (outcome.passed()) passed++;
    else failures.add(outcome, Scenario.parse(outcome.scenario())::run);
  }

  private void sum(Campaign campaign) {
    out.println(campaign);
    passed += campaign.runs() - campaign.failures().size();
    if (!settings.has("COUNT") && !settings.has("SECONDS"))
      campaign.vacuous().forEach(failures::add);
  }
}
