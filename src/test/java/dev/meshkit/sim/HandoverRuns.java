package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import dev.meshkit.election.Profile;
import java.util.ArrayList;
import java.util.List;

/** Draws the runs in which leadership is handed on. */
final class HandoverRuns {
  /** L1 between regions: one frame of a hundred takes longer there than a round of voting lasts. */
  private static final double FAR = 6.5;

  private final Draws draws;
  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  HandoverRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /**
   * E26: leadership is handed on. In every second run nothing fails, and it must be quick (L2); few
   * pass it on and on, and all comes twice, the second time late.
   */
  Setup transfer() {
    var healthy = draws.chance(0.5);
    var pick = draws.unit();
    var pace =
        pick < (healthy ? 0.6 : 0.5)
            ? ElectionRuns.Pace.REGION
            : pick < (healthy ? 0.8 : 0.7) ? ElectionRuns.Pace.FAST : ElectionRuns.Pace.WAN;
    var nodes = GossipRuns.names(2 + draws.below(healthy ? 2 : 5));
    var chaos = Seconds.of(pace.chaos());
    var gap = pace.profile().maxPromise().toNanos() / (healthy ? 8 : 4);
    var ops = Moves.transfers(nodes, chaos, gap, draws);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    var mix = new Nemesis.Mix(2, 3, 2, 3, 2, 0, 1);
    if (healthy) {
      var far = pace.equals(ElectionRuns.Pace.WAN);
      var weather = new Op.Weather(0, draws.real(0.2, 0.6), draws.real(1, far ? 1 : 3));
      ops.add(new Op.Timed(0, weather));
      oracles.add(
          far
              ? new TransferIsQuick(Seconds.of(0.8), Seconds.of(FAR))
              : new TransferIsQuick(Seconds.of(0.1)));
    } else
      ops.addAll(Nemesis.schedule(ElectionRuns.plan(nodes.size(), chaos, 10, mix, 0.1), draws));
    return ElectionRuns.setup(
        pace,
        ops,
        new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, pace.profile(), wired),
        oracles);
  }

  /**
   * E26: of three voters two lead in turn. Most frames come twice, many of them seconds late: also
   * those that end a term, when who sent them leads again. Then one voter is cut off from the
   * leader, so that its time rests on the other alone, and it stands still: whoever frees that one
   * from its promise elects a second leader.
   */
  Setup echo() {
    var pace = ElectionRuns.Pace.WAN;
    var nodes = GossipRuns.names(3);
    var ops = Moves.returning(nodes, pace.profile(), Seconds.of(pace.chaos()), draws);
    return ElectionRuns.setup(
        pace,
        ops,
        new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, pace.profile(), wired),
        ElectionRuns.oracles());
  }

  /** E25: leadership moves to the better rank by itself, and not with each of its comings. */
  Setup preferring() {
    var nodes = GossipRuns.names(3 + draws.below(2));
    var pace = new ElectionRuns.Pace(Profile.REGION, SimNetwork.Climate.LAN, 360, 8);
    var ops = Moves.preferring(nodes, Seconds.of(pace.chaos()), draws);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new RarelyMoved());
    return ElectionRuns.setup(
        pace,
        ops,
        new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, pace.profile(), wired),
        oracles);
  }
}
