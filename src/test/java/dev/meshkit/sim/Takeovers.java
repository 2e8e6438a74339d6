package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Profile;
import java.util.List;
import java.util.Optional;

/** How long the first scope is without a leader after the one it had fell. */
final class Takeovers {
  /** In thousandths of what it may take. */
  static final String TIME = "takeover ‰";

  /**
   * Of them, at the median: 750 of 1,200 ms in a region and 220 of 400 of the fast are 625 and 550.
   */
  static final int MEDIAN = 550;

  /** Terms until somebody leads again. */
  static final String TERMS = "takeover terms";

  private static final long WRITES = 2 * 25_000_000L; // W99, twice
  private static final long SLACK = 50_000_000L;

  private final Coverage coverage;
  private final long bound;
  private List<Fall> open = List.of(); // none or one

  private record Fall(NodeId who, long term, long at, boolean gone) {}

  /** {@code bound}: what a takeover may take at the 99th percentile, nanoseconds; 0: not said. */
  Takeovers(long bound, Coverage coverage) {
    this.bound = bound;
    this.coverage = coverage;
  }

  /** L1 over so many voters, on clocks at their slowest, nanoseconds. */
  static long bound(Profile profile, int voters, SimNetwork.Climate climate) {
    var own =
        profile
            .promise()
            .plus(profile.step().multipliedBy(Math.max(0, voters - 2)))
            .plus(profile.jitter().multipliedBy(2))
            .toNanos();
    return (long) (own / (1 - SimClock.RHO)) + 3 * climate.maxRtt() + WRITES + SLACK;
  }

  /** Who has authority now is being killed, cut off or stopped. */
  void fell(List<Sight.Holder> holders, SimNode node, long now) {
    if (bound == 0 || !open.isEmpty()) return;
    for (var held : holders)
      if (held.node().equals(node.label()))
        open = List.of(new Fall(node.label(), held.fence().term(), now, false));
  }

  /** Who has authority after an event: once the fallen has none, whoever gets it took over. */
  Optional<Sight> seen(List<Sight.Holder> holders, long now) {
    for (var fall : open) {
      var leads = holders.stream().anyMatch(held -> held.node().equals(fall.who));
      if (!fall.gone && !leads) open = List.of(new Fall(fall.who, fall.term, fall.at, true));
      for (var held : holders)
        if (fall.gone || !held.node().equals(fall.who)) return Optional.of(over(fall, held, now));
    }
    return Optional.empty();
  }

  /** At the end: a takeover that still goes on. */
  Optional<Sight> pending(long now) {
    return open.stream()
        .map(fall -> (Sight) new Sight.Takeover(fall.who, NodeId.NOBODY, now - fall.at, bound))
        .findFirst();
  }

  private Sight over(Fall fall, Sight.Holder next, long now) {
    open = List.of();
    var took = now - fall.at;
    coverage.measure(TIME, took * 1_000 / bound);
    coverage.measure(TERMS, next.fence().term() - fall.term);
    return new Sight.Takeover(fall.who, next.node(), took, bound);
  }
}
