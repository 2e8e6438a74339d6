package dev.meshkit.sim;

import java.util.List;
import java.util.stream.Stream;

/** Campaigns in whose runs nothing happens, for the tests of what is asked of a campaign. */
final class Idle {
  private Idle() {}

  /** One of a scenario; each of its runs passes, with one event and nothing seen. */
  static Campaign campaign(Scenario scenario) {
    return new Campaign(scenario, (seed, _) -> nothing(scenario, seed));
  }

  private static Outcome nothing(Scenario scenario, long seed) {
    var none = Schedule.of(List.of());
    return new Outcome(
        scenario.toString(), seed, seed, 1, 0, new Coverage(), List.of(), none, List.of());
  }

  /**
   * Lines that {@link Gates} has of so many idle runs of either family: the minima of simulation.md
   * §8 are of 2,000 elections and of 200 gossips.
   */
  static List<String> vacuous(long elections, long gossips) {
    return Stream.of(
            5_000 * elections / 2_000 + " WIN",
            20 * elections / 2_000 + " SPLIT_VOTE",
            50 * elections / 2_000 + " RECORD_LOST",
            100 * elections / 2_000 + " REFUSED_QUIET",
            1_000 * elections / 2_000 + " PARTITION",
            500 * gossips / 200 + " REFUTED",
            "10 shapes")
        .map(gate -> "\nVACUOUS: saw 0 of " + gate + "\n")
        .toList();
  }
}
