package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Revocation;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * §2.4: revoking the leader cuts its links on commit: its tenure lapses, and the successor removes
 * it.
 */
class RevokedLeaderTest {
  private static final int SEEDS = 20;
  private static final List<NodeId> NODES = GossipRuns.names(5);
  private static final NodeId REVOKED = NODES.getFirst();

  @Test
  void aRevokedLeaderLapsesAndIsRemovedByItsSuccessor() {
    var deposed = 0;
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var story = new Story();
      var outcome = run(seed, story);
      assertTrue(outcome.passed(), outcome::report);
      assertEquals(List.of("revoke", "remove"), story.applied, outcome::toString);
      assertEquals(1, story.leaders.size(), outcome::toString);
      assertTrue(!story.leaders.contains(REVOKED), outcome::toString);
      if (story.ledWhenRevoked) deposed++;
    }
    assertTrue(deposed >= SEEDS / 4, "it led in " + deposed + " of " + SEEDS + " runs");
  }

  private static Outcome run(long seed, Story story) {
    var revoke = new Change.Revoke(new Revocation(Bytes.EMPTY, REVOKED, Revocation.NEVER));
    var ops = new ArrayList<Op.Timed>();
    ops.add(order(5, "revoke", revoke));
    ops.add(order(9, "remove", new Change.RemoveVoter(REVOKED)));
    var pace = ElectionRuns.Pace.REGION;
    var boot = ElectionRuns.Boot.named(NODES, NODES, pace.profile(), seed % 10 == 0);
    boot.cuts = true;
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(story);
    var calm = new ElectionRuns.Pace(pace.profile(), pace.climate(), 10, 4);
    var setup = ElectionRuns.setup(calm, ops, boot, oracles);
    return new Simulation(setup, seed, new Transcript(List.of())).run("revoked");
  }

  private static Op.Timed order(double at, String id, Change change) {
    return new Op.Timed(Seconds.of(at), new Op.Order(Op.LEADER, id, false, change));
  }

  /** What came of the two commands, and who leads. */
  private static final class Story implements Oracle {
    private final List<String> applied = new ArrayList<>();
    private final SortedSet<NodeId> leaders = new TreeSet<>();
    private boolean ledWhenRevoked;

    @Override
    public String name() {
      return "story";
    }

    @Override
    public String see(Sight sight) {
      switch (sight) {
        case Sight.Authority(_, var holders) -> {
          leaders.clear();
          holders.forEach(holder -> leaders.add(holder.node()));
        }
        case Sight.Applied(_, var command, _) -> {
          applied.add(command);
          if (command.equals("revoke")) ledWhenRevoked = leaders.contains(REVOKED);
        }
        default -> {}
      }
      return "";
    }
  }
}
