package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.election.Profile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** V8: on clocks that run at half and at one and a half times the rate, S6 alone may break. */
class ClocksBeyondRhoTest {
  private static final int SEEDS = 20;
  private static final int NODES = 3;
  private static final double DRIFT = 0.5;
  private static final ElectionRuns.Pace PACE = ElectionRuns.Pace.REGION;

  /** And it does break, or the clocks would show nothing; fences hold where authority does not. */
  @Test
  void allButOneAuthorityHolds() {
    var seen = new Coverage();
    var overlaps = 0;
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var all = run(seed, ElectionRuns.oracles());
      if (!all.passed()) {
        assertEquals("S6", all.violations().getFirst().oracle(), all::report);
        overlaps++;
      }
      var others = ElectionRuns.oracles().stream().filter(one -> !one.name().equals("S6")).toList();
      var rest = run(seed, others);
      assertTrue(rest.passed(), rest::report);
      seen.add(rest.coverage());
    }
    assertTrue(overlaps > 0, "no two had authority at once");
    assertTrue(seen.of(Coverage.Seen.FENCED) > 0, seen::toString);
  }

  private static Outcome run(long seed, List<Oracle> oracles) {
    var draws = new Chance(seed).of("fault", "clocks");
    var chaos = Seconds.of(PACE.chaos());
    var mix = new Nemesis.Mix(3, 5, 3, 0, 2, 1, 0);
    var plan = ElectionRuns.plan(NODES, chaos, 15, mix, 0.05);
    var nodes = GossipRuns.names(NODES);
    var boot = ElectionRuns.Boot.named(nodes, nodes, Profile.REGION, seed % 10 == 0);
    var elections = ElectionRuns.setup(PACE, Nemesis.schedule(plan, draws), boot, oracles);
    var slow = draws.below(NODES);
    SimNode.Boot wild =
        node -> {
          if (node.world().now() < chaos) node.run(node.number() == slow ? -DRIFT : DRIFT, chaos);
          return boot.hosts(node);
        };
    var setup =
        new Setup(
            nodes,
            elections.scopes(),
            elections.climate(),
            elections.chaos(),
            elections.calm(),
            elections.ops(),
            wild,
            elections.oracles());
    return new Simulation(Acts.in(setup, draws), seed, new Transcript(List.of())).run("clocks");
  }
}
