package dev.meshkit.sim;

/** How much seeds of {@code election/chaos} do, with all oracles, on the thread that asks. */
public final class SimSpeed {
  private SimSpeed() {}

  /**
   * What ran.
   *
   * @param virtualSeconds of all seeds
   * @param events of all seeds
   */
  public record Ran(double virtualSeconds, double events) {}

  /** Runs so many seeds; throws if one fails. */
  public static Ran of(long first, int seeds) {
    var nanos = 0L;
    var events = 0L;
    for (var seed = first; seed < first + seeds; seed++) {
      var outcome = Scenario.ELECTION_CHAOS.run(seed);
      if (!outcome.passed()) throw new IllegalStateException(outcome.report());
      nanos += outcome.virtual();
      events += outcome.events();
    }
    return new Ran(nanos / 1e9, events);
  }
}
