package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Profile;
import java.util.ArrayList;
import java.util.List;

/** Draws the runs in which one thing fails, or nothing, and it counts how long that costs. */
final class TakeoverRuns {
  private static final ElectionRuns.Pace FAR =
      new ElectionRuns.Pace(Profile.WAN, SimNetwork.Climate.FAR, 0, 0);
  private static final ElectionRuns.Pace OVERSEAS =
      new ElectionRuns.Pace(Profile.WAN, SimNetwork.Climate.OVERSEAS, 0, 40);

  private final Draws draws;
  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  TakeoverRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** L1, L9, E23: leaders are killed, everything else is well. */
  Setup failover() {
    var pick = draws.unit();
    var pace =
        pick < 0.6
            ? ElectionRuns.Pace.REGION
            : pick < 0.8 ? ElectionRuns.Pace.FAST : ElectionRuns.Pace.WAN;
    return failover(pace, 3 + draws.below(3));
  }

  /** L5: a power cut, from which all come back at once, or one by one; twice. */
  Setup cold() {
    var pick = draws.unit();
    var pace =
        pick < 0.6
            ? ElectionRuns.Pace.REGION
            : pick < 0.8 ? ElectionRuns.Pace.FAST : ElectionRuns.Pace.WAN;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var unit = pace.profile().maxPromise().toNanos();
    var ops = new ArrayList<Op.Timed>();
    for (var cut = 1; cut <= 2; cut++) {
      var at = (5L * cut - 3) * unit + draws.between(0, unit);
      var spread = draws.chance(0.5) ? unit / 20 : unit / 2;
      for (var node = 0; node < nodes.size(); node++) {
        ops.add(new Op.Timed(at, new Op.Crash(node, Op.Moment.NOW, draws.unit())));
        ops.add(new Op.Timed(at + draws.between(1, spread), new Op.Restart(node)));
      }
    }
    var climate = pace.climate().streamed();
    var boot = ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired);
    var bound =
        (long) (unit / (1 - SimClock.RHO)) + Takeovers.bound(pace.profile(), nodes.size(), climate);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new ColdStartInTime(nodes.size(), bound, boot::now));
    var calm = new ElectionRuns.Pace(pace.profile(), climate, 12 * unit / 1e9, pace.calm());
    return ElectionRuns.setup(calm, ops, boot, oracles);
  }

  /** Takeovers of so many voters with 250 ms between any two. */
  Setup overseas(int voters) {
    return failover(OVERSEAS, voters);
  }

  private Setup failover(ElectionRuns.Pace pace, int voters) {
    var nodes = GossipRuns.names(voters);
    var unit = pace.profile().maxPromise().toNanos();
    var ops = new ArrayList<Op.Timed>();
    for (var fall = 1; fall <= 2; fall++) {
      var at = (4L * fall - 1) * unit + draws.between(0, unit);
      ops.add(new Op.Timed(at, new Op.Crash(Op.LEADER, Op.Moment.NOW, draws.unit())));
      for (var node = 0; node < nodes.size(); node++)
        ops.add(new Op.Timed(at + 2 * unit, new Op.Restart(node)));
    }
    for (var order = 0; order < 3; order++) // each when somebody leads, well before it falls
    for (var when : List.of(2.2, 6.2, 10.2))
        ops.add(new Op.Timed((long) ((when + order * 0.3) * unit), changing(ops.size())));
    var climate = pace.climate().streamed();
    var boot =
        ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired)
            .measured(nodes.size(), climate);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new TakeoverInTime());
    oracles.add(new CommitInTime(CommitInTime.bound(pace), boot::now));
    var calm = new ElectionRuns.Pace(pace.profile(), climate, 11 * unit / 1e9, pace.calm());
    return ElectionRuns.setup(calm, ops, boot, oracles);
  }

  private static Op changing(int number) {
    var gate = OrderedGates.gate("g", number % 4, number);
    return new Op.Order(Op.LEADER, "c" + number, false, new Change.SetGate(gate));
  }

  /**
   * L8: an hour of 10 % loss and of round trips that jitter by three, and nothing else; on one site
   * or with 250 ms between any two.
   */
  Setup quiet() {
    var far = draws.chance(0.75);
    var pace = far ? FAR : ElectionRuns.Pace.REGION;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var boot = ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired).living(true);
    var ops = new ArrayList<Op.Timed>();
    ops.add(new Op.Timed(0, new Op.Weather(0.1, 0, 1)));
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new QuietStaysLed());
    return ElectionRuns.setup(
        new ElectionRuns.Pace(pace.profile(), pace.climate().streamed(), 3_600, 0),
        ops,
        boot,
        oracles);
  }

  /** L4: the disks of leaders hang. */
  Setup hung(ElectionRuns.Pace pace, List<NodeId> nodes) {
    var climate = pace.climate().streamed();
    var boot =
        ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired)
            .measured(nodes.size(), climate);
    boot.patient(pace.profile().disk().plusSeconds(1)); // a probe a second finds out
    var ops = new ArrayList<Op.Timed>();
    for (var fall = 0; fall < 2; fall++) {
      var at = (1L + fall) * 3 * boot.takeoverBound() + draws.between(0, boot.takeoverBound());
      ops.add(new Op.Timed(at, new Op.Stall(Op.LEADER, 3 * boot.takeoverBound() / 2)));
    }
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new TakeoverInTime());
    return ElectionRuns.setup(
        new ElectionRuns.Pace(pace.profile(), climate, 9 * boot.takeoverBound() / 1e9, 4),
        ops,
        boot,
        oracles);
  }
}
