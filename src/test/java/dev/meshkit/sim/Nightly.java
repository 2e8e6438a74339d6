package dev.meshkit.sim;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * {@code make sim-nightly}: seeds that no day shares with another, in rounds over all scenarios,
 * until a time is up (V31). Every day begins at its number times 2^20; where it began is printed,
 * so that {@code --first} runs the same again. Failures leave files in {@code target/sim} (V32).
 */
public final class Nightly {
  private static final long DAY = 1L << 20;
  private static final int ROUNDS = 20; // in so many, each scenario runs as often as in make sim
  private static final int REPEATED = 60; // at least so many in one JVM that has to warm up
  private static final long EIGHT_HOURS = 480;

  private final Settings settings;
  private final PrintStream out;
  private final Failures failures;
  private final BooleanSupplier late;
  private final List<Campaign> campaigns;
  private Elsewhere.Repeats elsewhere = Elsewhere.nowhere();

  private Nightly(
      Settings settings,
      PrintStream out,
      Failures failures,
      BooleanSupplier late,
      List<Campaign> campaigns) {
    this.campaigns = campaigns;
    this.settings = settings;
    this.out = out;
    this.failures = failures;
    this.late = late;
  }

  /**
   * Options: {@code --minutes} 480, {@code --workers} 2, {@code --scenario} all, {@code --first}
   * today's. Exits 1 if anything failed, 2 for what makes no sense.
   */
  public static void main(String... args) {
    try {
      var settings = Settings.of(args);
      var late = Stopwatch.after(Duration.ofMinutes(settings.number("MINUTES", EIGHT_HOURS)));
      var today = TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis());
      var failures = new Failures(Failures.PLACE, System.out);
      var nightly = new Nightly(settings, System.out, failures, late, asked(settings));
      nightly.elsewhere = Elsewhere.inProcesses();
      System.exit(nightly.run(today));
    } catch (IllegalArgumentException misused) {
      System.err.println("error: " + misused.getMessage());
      System.exit(2);
    }
  }

  /** The same without a process or a clock, on a day given by its number: returns the exit code. */
  static int run(
      Settings settings, long day, PrintStream out, Failures failures, BooleanSupplier late) {
    return run(settings, day, out, failures, late, asked(settings));
  }

  /** The same with campaigns of somebody's choice. */
  static int run(
      Settings settings,
      long day,
      PrintStream out,
      Failures failures,
      BooleanSupplier late,
      List<Campaign> campaigns) {
    return new Nightly(settings, out, failures, late, campaigns).run(day);
  }

  private static List<Campaign> asked(Settings settings) {
    return Scenario.asked(settings.text("SCENARIO")).stream()
        .map(scenario -> new Campaign(scenario).endless())
        .toList();
  }

  private int run(long day) {
    var workers = new Workers(settings.number("WORKERS", 2));
    var first = settings.number("FIRST", day * DAY);
    out.println(
        "seeds from " + first + " on; again: make sim-nightly ARGS='--first " + first + "'");
    var course = new Rounds.Course(first, Scenario::usual, ROUNDS, _ -> !late.getAsBoolean());
    workers.each(new Rounds(campaigns, course, failures, this::told), Runnable::run);
    elsewhere.repeat(campaigns, 1, failures, out);
    for (var campaign : campaigns) sum(campaign, first);
    if (!settings.has("SCENARIO") && campaigns.stream().allMatch(Nightly::isWhole))
      Gates.missing(campaigns)
          .forEach(failures::add); // of what make sim asks, by the seeds there were
    out.println(Campaign.total(campaigns));
    out.println(failures.count() + " failed");
    return failures.count() == 0 ? 0 : 1;
  }

  /** What a night is told of while it lasts: the end of each round. */
  private void told(Campaign campaign) {
    if (!campaign.equals(campaigns.getLast())) return;
    elsewhere.repeat(campaigns, REPEATED, failures, out);
    out.println(Campaign.total(campaigns) + ", " + failures.count() + " failed");
  }

  private static boolean isWhole(Campaign campaign) {
    return campaign.runs() >= campaign.scenario().usual();
  }

  /** A scenario that had less than a whole campaign is not asked what it saw. */
  private void sum(Campaign campaign, long first) {
    if (campaign.runs() == 0) return;
    out.println("seeds " + first + "-" + (first + campaign.runs() - 1) + " " + campaign);
    if (isWhole(campaign)) campaign.vacuous().forEach(failures::add);
  }
}
