package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E27: links that fail one way, or but for a chain, a star or two pairs and a hub, in time. */
class AsymmetryTest {
  private static final int SEEDS = 12;
  private static final ElectionRuns.Pace PACE = ElectionRuns.Pace.REGION;
  private static final long CUT = Seconds.of(5);

  /**
   * L6: whoever is linked both ways to a quorum leads, three L1 after the links are as they stay.
   */
  @ParameterizedTest
  @CsvSource({"chain,3", "star,3", "chain,5", "star,5", "2-2-1,5", "receive-only,3", "send-only,5"})
  void somebodyLeadsAcrossWhatIsLeft(String shape, int voters) {
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var draws = new Chance(seed).of("fault", shape);
      var cut = new Op.Cut(shape, new Shapes(voters, draws).links(shape));
      var reign = run(seed, voters, cut);
      var late = reign.ledFrom() - CUT;
      assertTrue(late <= 3 * bound(voters), () -> shape + ": " + Seconds.text(late));
    }
  }

  /** L3: a leader that hears nobody lapses, says so, and has a successor within P + L1. */
  @Test
  void aLeaderThatOnlySendsIsSucceeded() {
    var most = PACE.profile().promise().toNanos() + bound(3);
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var reign = run(seed, 3, new Op.Isolate(Op.LEADER, false, true));
      assertEquals(2, reign.leaders.size(), reign.leaders::toString);
      var late = reign.ledFrom() - CUT;
      assertTrue(late > 0 && late <= most, () -> Seconds.text(late));
    }
  }

  private static long bound(int voters) {
    return Takeovers.bound(PACE.profile(), voters, PACE.climate());
  }

  private static Reign run(long seed, int voters, Op cut) {
    var nodes = GossipRuns.names(voters);
    var boot = ElectionRuns.Boot.named(nodes, nodes, Profile.REGION, seed % 10 == 0);
    var reign = new Reign(boot::now);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(reign);
    var ops = new ArrayList<>(List.of(new Op.Timed(CUT, cut)));
    var pace = new ElectionRuns.Pace(Profile.REGION, PACE.climate(), 6, 14);
    var setup = ElectionRuns.setup(pace, ops, boot, oracles);
    var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("asymmetry");
    assertTrue(outcome.passed(), outcome::report);
    return reign;
  }

  /** Who led, and since when there has been a leader without a break. */
  private static final class Reign implements Oracle {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier now;
    private final List<NodeId> leaders = new ArrayList<>();
    private long since = NEVER;

    Reign(LongSupplier now) {
      this.now = now;
    }

    /** At the end; later than anything if nobody leads. */
    long ledFrom() {
      return since;
    }

    @Override
    public String name() {
      return "reign";
    }

    @Override
    public String see(Sight sight) {
      if (!(sight instanceof Sight.Authority(_, var holders))) return "";
      if (holders.isEmpty()) since = NEVER;
      else if (since == NEVER) since = now.getAsLong();
      for (var holder : holders)
        if (leaders.isEmpty() || !leaders.getLast().equals(holder.node()))
          leaders.add(holder.node());
      return "";
    }
  }
}
