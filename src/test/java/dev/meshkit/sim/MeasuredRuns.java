package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.gossip.Limits;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Draws the runs of gossip in which time or doubt is measured, most of a mesh that has met. */
final class MeasuredRuns {
  private static final double MET = 2; // seconds, and all have probed somebody
  private static final List<Integer> SIZES = List.of(5, 5, 10, 10, 30, 30, 100, 200);

  private final Draws draws;

  MeasuredRuns(Draws draws) {
    this.draws = draws;
  }

  /** M41: one or a few are gone at once; nothing else fails, and clocks run at the rate of time. */
  Setup detection() {
    var fast = draws.chance(0.3);
    var timing = fast ? Timing.fast() : Timing.lan();
    var nodes = GossipRuns.names(SIZES.get(draws.below(fast ? 7 : SIZES.size())));
    var at = Seconds.of(MET) + draws.between(0, 5 * timing.period().toNanos());
    var leaves = draws.chance(0.3);
    var ops = new ArrayList<Op.Timed>();
    for (var gone : some(1 + draws.below(1 + nodes.size() / 30), nodes.size()))
      ops.add(
          new Op.Timed(
              at, leaves ? new Op.Leave(gone) : new Op.Crash(gone, Op.Moment.NOW, draws.unit())));
    var boot = new Steady(new FormedMesh(timing));
    var oracles = new ArrayList<>(GossipRuns.oracles());
    oracles.add(new SeenInTime(timing, boot::now, boot::isHostUp));
    return new Setup(
        nodes,
        List.of(),
        new SimNetwork.Climate(100_000, 2_000_000, new Op.Weather(0, 0, 1), false),
        at,
        Seconds.of(fast ? 12 : 25),
        ops,
        boot,
        oracles);
  }

  /**
   * M19: some of many stand still for the same while, again and again, each from a time of its own:
   * between half a period and 16 of them, with less than an answer takes, or a little more,
   * between.
   */
  Setup lifeguard() {
    var timing = Timing.fast();
    var period = (double) timing.period().toNanos();
    var nodes = GossipRuns.names(24 + draws.below(17));
    var sick = some(1 + draws.below(nodes.size() / 4), nodes.size());
    var still = (long) (period * Math.pow(2, draws.real(-1, 4)));
    var runs = (long) (period * Math.pow(2, draws.real(-10, -5)));
    var chaos = Seconds.of(20);
    var ops = new ArrayList<Op.Timed>();
    for (var node : sick)
      for (var at = Seconds.of(MET) + (long) (still * draws.unit()); at + still < chaos; )
        at = stall(ops, node, at, still) + runs;
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    var who = sick.stream().map(nodes::get).collect(Collectors.toCollection(TreeSet::new));
    var oracles = new ArrayList<>(GossipRuns.oracles());
    oracles.add(new NobodyHealthyDies(who, who));
    oracles.add(new FewAreDoubted(who));
    return new Setup(
        nodes,
        List.of(),
        SimNetwork.Climate.LAN,
        chaos,
        Seconds.of(15),
        ops,
        new FormedMesh(timing),
        oracles);
  }

  private static long stall(List<Op.Timed> ops, int node, long at, long still) {
    ops.add(new Op.Timed(at, new Op.Pause(node, still)));
    return at + still;
  }

  /** M29: many begin at once and know one or three, of whom one may be all that there is. */
  Setup bootstrap() {
    var timing = draws.chance(0.5) ? Timing.lan() : Timing.fast();
    var nodes = GossipRuns.names(20 + draws.below(41));
    var seeds = new ArrayList<Endpoint>();
    var known = draws.chance(0.4) ? 1 : 3;
    for (var seed = 0; seed < known; seed++) seeds.add(Addresses.of(seed));
    var ops = new ArrayList<Op.Timed>();
    var there = 1 + draws.below(known);
    for (var seed = there; seed < known; seed++)
      ops.add(new Op.Timed(0, new Op.Crash(seed, Op.Moment.NOW, 0)));
    var boot = new Steady(new GossipRuns.Boot(timing, seeds).limited(Limits.USUAL));
    var oracles = new ArrayList<Oracle>();
    oracles.add(new AllMeetInTime(boot::now)); // first: it names the cause
    oracles.addAll(GossipRuns.oracles());
    return new Setup(
        nodes, List.of(), SimNetwork.Climate.LAN, 1, Seconds.of(40), ops, boot, oracles);
  }

  private SortedSet<Integer> some(int count, int of) {
    var chosen = new TreeSet<Integer>();
    while (chosen.size() < count) chosen.add(draws.below(of));
    return chosen;
  }
}
