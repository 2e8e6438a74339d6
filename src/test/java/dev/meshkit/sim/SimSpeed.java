package dev.meshkit.sim;

import dev.meshkit.gossip.Timing;
import java.util.List;

/** How much the simulator does, with all oracles, on the thread that asks. */
public final class SimSpeed {
  private SimSpeed() {}

  /**
   * What ran.
   *
   * @param virtualSeconds of all seeds
   * @param events of all seeds
   */
  public record Ran(double virtualSeconds, double events) {}

  /**
   * One run of gossip alone, of so many nodes that begin at once and know three of them, with the
   * oracles that judge it; throws if it fails.
   */
  public static Ran gossip(int nodes, double seconds) {
    var seeds = List.of(Addresses.of(0), Addresses.of(1), Addresses.of(2));
    return ran(outcome(nodes, seconds, new GossipRuns.Boot(Timing.lan(), seeds)));
  }

  /** The same of nodes that have all met within the first second: {@link FormedMesh}. */
  public static Ran formed(int nodes, double seconds) {
    return ran(outcome(nodes, seconds, new FormedMesh(Timing.lan())));
  }

  /** One run of gossip without faults, of processes that begin so. */
  static Outcome outcome(int nodes, double seconds, Cores boot) {
    var setup =
        new Setup(
            GossipRuns.names(nodes),
            List.of(),
            SimNetwork.Climate.LAN,
            0,
            Seconds.of(seconds),
            List.of(),
            boot,
            GossipRuns.oracles());
    return new Simulation(setup, 1, new Transcript(List.of())).run("gossip/speed");
  }

  private static Ran ran(Outcome outcome) {
    if (!outcome.passed()) throw new IllegalStateException(outcome.report());
    return new Ran(outcome.virtual() / 1e9, outcome.events());
  }

  /** Runs so many seeds of {@code election/chaos}; throws if one fails. */
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
