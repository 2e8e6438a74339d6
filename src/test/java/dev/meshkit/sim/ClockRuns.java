package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the runs of {@code election/clock}: clocks that do what the protocols are promised they do
 * not. Two may then have authority at one instant (S6), and everything else holds (V8).
 */
final class ClockRuns {
  private static final double MOST = 0.5; // of a clock's rate
  private static final List<Duration> SET =
      List.of(Duration.ofHours(-1), Duration.ofHours(25), Duration.ofMinutes(-10));

  private final Draws draws;
  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  ClockRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** One run, judged by all, but by nobody who minds that there are two. */
  Setup setup() {
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.removeIf(oracle -> oracle.name().equals("S6") || oracle.name().equals("S5"));
    oracles.add(FencedWritesAreInOrder.ofTwo());
    return setup(oracles);
  }

  /** The same, judged by others. */
  Setup setup(List<Oracle> oracles) {
    var pace = draws.chance(0.8) ? ElectionRuns.Pace.REGION : ElectionRuns.Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var chaos = Seconds.of(pace.chaos());
    var mix = new Nemesis.Mix(2, 5, 3, 0, 2, 1, 1);
    var ops =
        new ArrayList<>(
            Nemesis.schedule(ElectionRuns.plan(nodes.size(), chaos, 10, mix, 0.05), draws));
    var promise = pace.profile().maxPromise().toNanos();
    for (var at = promise; at < chaos; at += draws.between(promise / 4, promise * 3 / 2))
      ops.add(new Op.Timed(at, fault(nodes.size(), promise, chaos - at)));
    var boot = new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, pace.profile(), wired);
    return ElectionRuns.setup(pace, ops, boot, oracles);
  }

  private Op fault(int nodes, long promise, long left) {
    var whose = draws.chance(0.5) ? Op.LEADER : draws.below(nodes);
    var nanos = Math.min(left, draws.between(promise / 10, 2 * promise));
    var pick = draws.unit();
    if (pick < 0.5) return new Op.Rate(whose, draws.chance(0.5) ? -MOST : draws.real(-1, 1), nanos);
    if (pick < 0.7) return new Op.Suspend(whose, nanos);
    if (pick < 0.9) return new Op.Step(whose, -draws.between(1, promise), false);
    return new Op.Step(whose, draws.oneOf(SET).toNanos(), true);
  }
}
