package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make sim}: replays one seed, or runs the campaign of a change. Settings are environment
 * variables or options: SEED or {@code --seed}, SCENARIO, COUNT, VERBOSE; REPLAY runs a file that a
 * failure left in {@code target/sim}.
 */
public final class Main {
  private static final Path FAILURES = Path.of("target/sim");

  private final Map<String, String> settings;
  private final PrintStream out;
  private long passed;
  private long failed;

  private Main(Map<String, String> settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Exits 0 if all passed and the campaign saw enough, 1 if not, 2 for what makes no sense. */
  public static void main(String... args) {
    var settings = new TreeMap<>(System.getenv());
    for (var i = 0; i + 1 < args.length; i += 2)
      settings.put(args[i].replace("--", "").toUpperCase(Locale.ROOT), args[i + 1]);
    try {
      System.exit(run(settings, System.out));
    } catch (IllegalArgumentException misused) {
      System.err.println("error: " + misused.getMessage());
      System.exit(2);
    }
  }

  /** The same without a process: returns the exit code. */
  static int run(Map<String, String> settings, PrintStream out) {
    return new Main(settings, out).run();
  }

  private int run() {
    if (!setting("REPLAY").isEmpty()) return replay(Path.of(setting("REPLAY")));
    var scenarios =
        setting("SCENARIO").isEmpty()
            ? List.of(Scenario.values())
            : List.of(Scenario.parse(setting("SCENARIO")));
    for (var scenario : scenarios) {
      if (setting("SEED").isEmpty()) campaign(scenario);
      else replay(scenario, number("SEED"));
    }
    out.println(passed + " passed, " + failed + " failed");
    return failed == 0 ? 0 : 1;
  }

  /** 0 if it passes now, 1 if it fails as it did, 2 if it fails otherwise. */
  private int replay(Path file) {
    var script = Script.parse(read(file));
    var outcome = Scenario.parse(script.scenario()).run(script.seed(), script.ops(), listeners());
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
    return setting("VERBOSE").isEmpty() ? List.of() : List.of(out);
  }

  /** Says why it failed, and leaves it with as few faults as will do. */
  private void fail(Scenario scenario, Outcome failure) {
    var shrunk = Shrinker.shrink(failure, ops -> scenario.run(failure.seed(), ops, List.of()));
    var script = Script.of(shrunk);
    var file = FAILURES.resolve(script.fileName());
    try {
      Files.createDirectories(FAILURES);
      Files.writeString(file, script.text());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    fail(failure.report(shrunk) + "\nshrunk  make sim REPLAY=" + file);
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
    if (outcome.passed()) {
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
    } else fail(scenario, outcome);
  }

  private void campaign(Scenario scenario) {
    var count = setting("COUNT").isEmpty() ? scenario.usual() : number("COUNT");
    var campaign = new Campaign(scenario).seeds(1, count);
    out.println(campaign);
    campaign.failures().forEach(failure -> fail(scenario, failure));
    passed += campaign.runs() - campaign.failures().size();
    var differs = campaign.repeat(1);
    if (!differs.isEmpty()) fail(differs);
    if (setting("COUNT").isEmpty()) campaign.vacuous().forEach(this::fail);
  }

  private void fail(String why) {
    failed++;
    out.println(why);
  }

  private long number(String name) {
    try {
      return Long.parseLong(setting(name));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          name + "=" + setting(name) + " is no whole number: write " + name + "=7");
    }
  }

  private String setting(String name) {
    return settings.getOrDefault(name, "").strip();
  }
}
