package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make sim}: replays one seed, or runs the campaign of a change. Settings are environment
 * variables or options: SEED or {@code --seed}, SCENARIO, COUNT, VERBOSE.
 */
public final class Main {
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

  private void replay(Scenario scenario, long seed) {
    var outcome = scenario.run(seed, setting("VERBOSE").isEmpty() ? List.of() : List.of(out));
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
    } else fail(outcome.report());
  }

  private void campaign(Scenario scenario) {
    var count = setting("COUNT").isEmpty() ? scenario.usual() : number("COUNT");
    var campaign = new Campaign(scenario).seeds(1, count);
    out.println(campaign);
    campaign.failures().forEach(failure -> fail(failure.report()));
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
