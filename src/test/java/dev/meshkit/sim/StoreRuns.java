package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Draws the runs in which stores, rather than processes, are the trouble. */
final class StoreRuns {
  private final Draws draws;
  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  StoreRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /**
   * V11. One store goes back in time, or runs twice; else all is well enough for its peers to hear
   * of it. In a quarter of the runs nobody says of which process a frame is: then an oracle must
   * tell.
   */
  Setup store() {
    var pace = draws.chance(0.8) ? ElectionRuns.Pace.REGION : ElectionRuns.Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var said = draws.chance(0.75);
    var unit = pace.profile().maxPromise().toNanos();
    var disks = new DiskOps(nodes, unit, draws);
    var ops = disks.store(said);
    var boot = ElectionRuns.Boot.named(disks.hosts(), nodes, pace.profile(), wired).living(said);
    var control = List.<Oracle>of(new OneVoteATerm(), new StoresOnlyGrow());
    return ElectionRuns.setup(
        pace, ops, boot, said ? ElectionRuns.oracles() : List.of(new SomebodyReports(control)));
  }

  /**
   * E4, L4: disks hang, fail and fill up, in the middle of votes, too. In a third of the runs only
   * leaders' disks hang, and it is measured how long that costs.
   */
  Setup disk() {
    var pace = draws.chance(0.8) ? ElectionRuns.Pace.REGION : ElectionRuns.Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    if (draws.chance(0.33)) return new TakeoverRuns(draws, wired).hung(pace, nodes);
    var chaos = Seconds.of(pace.chaos());
    var plan =
        ElectionRuns.plan(nodes.size(), chaos, 8, new Nemesis.Mix(3, 1, 0, 0, 1, 0, 0), 0.05);
    var ops = Nemesis.schedule(plan, draws);
    ops.addAll(new DiskOps(nodes, pace.profile().maxPromise().toNanos(), draws).broken(chaos, 12));
    var boot = ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired).living(true);
    return ElectionRuns.setup(pace, ops, boot, ElectionRuns.oracles());
  }

  /**
   * E29: a quorum is lost, one survivor is recovered, the dead come back with what they held. In
   * every second run that happens twice, and of the first dead one is only found again then.
   */
  Setup genesis() {
    var pace = draws.chance(0.8) ? ElectionRuns.Pace.REGION : ElectionRuns.Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var unit = pace.profile().maxPromise().toNanos();
    var ops = draws.chance(0.5) ? once(nodes, unit) : new Rebirths(nodes, unit, draws).twice();
    var boot = ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired).living(true);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new RevocationsAreKept());
    return ElectionRuns.setup(pace, ops, boot, oracles);
  }

  private List<Op.Timed> once(List<NodeId> nodes, long unit) {
    return new DiskOps(nodes, unit, draws).genesis();
  }
}
