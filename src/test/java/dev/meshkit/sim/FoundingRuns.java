package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Draws the runs of {@code election/founding}: two or three nodes of a region that nobody founded
 * want to, at about the same time, while leaders of the whole are cut off in the middle of what
 * they were asked. All vote in the whole, so all may store what is never committed.
 */
final class FoundingRuns {
  private static final String NEW = "us";

  private final Draws draws;
  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  FoundingRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** One run. */
  Setup setup() {
    var pace = ElectionRuns.Pace.REGION;
    var nodes = nodes();
    var from = Seconds.of(draws.real(3, 6));
    var boot = new Boot(nodes, pace, wired, from);
    var scopes = List.of(Scope.GLOBAL, Scope.region(NEW));
    var chaos = Seconds.of(pace.chaos());
    return new Setup(
        nodes,
        scopes,
        pace.climate(),
        chaos,
        Seconds.of(pace.calm()),
        ops(nodes, from, chaos),
        boot,
        ElectionRuns.oracles());
  }

  private List<NodeId> nodes() {
    var nodes = new ArrayList<NodeId>();
    for (var i = 2 + draws.below(2); i > 0; i--) nodes.add(NodeId.of("eu", "n" + i));
    for (var i = 2 + draws.below(2); i > 0; i--) nodes.add(NodeId.of(NEW, "n" + i));
    return nodes;
  }

  /** Storms in which what is proposed reaches few, and its leader is gone just then. */
  private List<Op.Timed> ops(List<NodeId> all, long from, long chaos) {
    var nodes = all.size();
    var ops = new ArrayList<Op.Timed>();
    var at = from - Seconds.of(0.2);
    if (draws.chance(0.6)) at = apart(ops, all, from);
    for (var storms = 1 + draws.below(4); storms > 0; storms--) {
      var cut = at + Seconds.of(draws.real(0.2, 0.5));
      ops.add(new Op.Timed(at, new Op.Weather(draws.real(0.2, 0.8), 0.05, 1)));
      ops.add(
          new Op.Timed(
              cut,
              draws.chance(0.5)
                  ? new Op.Isolate(Op.LEADER, true, true)
                  : new Op.Crash(Op.LEADER, Op.Moment.NOW, draws.unit())));
      var calm = cut + Seconds.of(draws.real(0.1, 0.5));
      ops.add(new Op.Timed(calm, new Op.Weather(0.01, 0.01, 1)));
      var back = calm + Seconds.of(draws.real(0.5, 4));
      heal(ops, back, nodes);
      at = back + Seconds.of(draws.real(0, 1));
    }
    ops.removeIf(op -> op.at() > chaos);
    ops.add(new Op.Timed(chaos, new Op.Weather(0.01, 0.005, 1)));
    heal(ops, chaos, nodes);
    return ops;
  }

  /**
   * One that would found and another node, who leads, are alone when they are asked, and do not
   * know it yet: what the other proposes is stored there and lost.
   */
  private long apart(List<Op.Timed> ops, List<NodeId> all, long from) {
    var nodes = all.size();
    var founder = nodes - 1 - draws.below(2);
    var other = (founder + 1 + draws.below(nodes - 1)) % nodes;
    for (var again = 1; again <= 3; again++) {
      var hand = new Op.Hand(Op.LEADER, all.get(other));
      ops.add(new Op.Timed(from - Seconds.of(0.2 + 0.4 * again), hand));
    }
    var links = new ArrayList<Link>();
    for (var one = 0; one < nodes; one++)
      for (var two = 0; two < nodes; two++)
        if (isOf(one, founder, other) != isOf(two, founder, other)) links.add(new Link(one, two));
    ops.add(new Op.Timed(from - Seconds.of(draws.real(0, 0.2)), new Op.Cut("apart", links)));
    var back = from + Seconds.of(draws.real(3, 5));
    heal(ops, back, nodes);
    return back + Seconds.of(1);
  }

  private static boolean isOf(int node, int one, int other) {
    return node == one || node == other;
  }

  private static void heal(List<Op.Timed> ops, long at, int nodes) {
    ops.add(new Op.Timed(at, new Op.Heal()));
    for (var node = 0; node < nodes; node++) ops.add(new Op.Timed(at, new Op.Restart(node)));
  }

  /** The whole on every node; on those of the new region what may found it, besides. */
  private static final class Boot implements Cores {
    private final ElectionRuns.Boot whole;
    private final ElectionRuns.Pace pace;
    private final long from;
    private final CradleHost.Shared shared;

    Boot(List<NodeId> nodes, ElectionRuns.Pace pace, boolean wired, long from) {
      this.whole = ElectionRuns.Boot.named(nodes, nodes, pace.profile(), wired);
      this.shared = new CradleHost.Shared(whole, new TreeMap<>(), false);
      this.pace = pace;
      this.from = from;
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var hosts = new TreeMap<>(whole.hosts(node));
      var scope = Scope.region(NEW);
      if (node.id().region().equals(NEW))
        hosts.put(scope.text(), new CradleHost(node, scope, pace.profile(), shared, from));
      return hosts;
    }
  }
}
