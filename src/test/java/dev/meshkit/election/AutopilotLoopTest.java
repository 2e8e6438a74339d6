package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The autopilot against a dumb model: 100 meshes that live for hours, each drawn from a seed. */
class AutopilotLoopTest {
  private static final int SEEDS = 100;
  private static final int TURBULENT = 1_800; // seconds
  private static final int CALM = 2_400; // longer than the dead keep their seats, and then some

  /**
   * E31, E32: the margin rule at each step, one voter a step, odd sizes at rest, and an end to it.
   */
  @Test
  void bringsEveryMeshToRestByLegalSteps() {
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var world = new AutopilotWorld(seed);
      for (var second = 0; second < TURBULENT; second++) {
        if (world.random.nextInt(90) == 0) world.happen();
        tick(world, 1, seed);
      }
      var before = world.steps;
      for (var second = 0; second < CALM; second += 5) tick(world, 5, seed);
      var late = world.steps;
      assertTrue(late - before <= 3 * Content.MAX_VOTERS, seed + " oscillates: " + world);
      for (var second = 0; second < CALM; second += 5) tick(world, 5, seed);
      assertEquals(late, world.steps, seed + " does not rest: " + world);
      if (world.margin() >= 0) judgeRest(world, seed);
    }
  }

  private static void tick(AutopilotWorld world, int seconds, long seed) {
    world.now = world.now.plusSeconds(seconds);
    if (world.margin() < 0 || world.revoked.contains(world.leader)) return; // no authority
    var voters = new TreeMap<>(world.voters);
    var margin = world.margin();
    var moved = world.moved;
    var leader = world.leader;
    var advice = world.advice();
    if (advice instanceof Advice.Wait) return;
    var says = seed + ": " + world + "\n" + advice;
    if (advice instanceof Advice.Alter(Change.AddVoter(var seat), _))
      assertTrue(world.isFit(seat.node()) && !voters.containsKey(seat.node()), says);
    if (advice instanceof Advice.HandOver(var to, _)) assertTrue(world.isFit(to), says);
    world.obey(advice);
    assertTrue(Math.abs(world.voters.size() - voters.size()) <= 1, says);
    assertTrue(world.voters.containsKey(leader), says);
    assertTrue(world.margin() >= Math.min(1, margin), says);
    var paced = !world.now.isBefore(moved.plus(Duration.ofSeconds(5)));
    assertTrue(paced || voters.size() % 2 == 0, says);
  }

  private static void judgeRest(AutopilotWorld world, long seed) {
    var says = seed + " rests wrongly, " + world.advice() + ": " + world;
    var size = world.voters.size();
    var target = world.plan.target();
    var spare = world.nodes.keySet().stream().filter(n -> mayJoin(world, n)).count();
    var odd = size % 2 == 1 || size == target;
    assertTrue(odd || world.margin() == 0, says); // even: with one less there would be no quorum
    if (odd && size < target) assertFalse(spare >= Math.min(2, target - size), says);
    if (size % 2 == 1 && world.margin() > 0)
      assertFalse(isCrowded(world), says); // with less margin nobody can be spared
    for (var voter : world.voters.keySet()) {
      if (voter.equals(world.leader)) continue;
      var goes = !world.isWell(voter) && (spare > 0 || size > target);
      assertFalse(goes && world.sparing(voter) >= Math.min(1, world.margin()), says + voter);
      assertFalse(world.revoked.contains(voter) && world.sparing(voter) >= 0, says + voter);
    }
  }

  /** Whether the loss of a region would be that of the quorum, though three could vote. */
  private static boolean isCrowded(AutopilotWorld world) {
    if (!world.plan.pinned().isEmpty()) return false;
    var fit = world.nodes.keySet().stream().filter(world::isFit).map(NodeId::region).distinct();
    if (fit.count() < 3 || world.voters.size() == 1) return false;
    var counts = new TreeMap<String, Integer>();
    for (var voter : world.voters.keySet()) counts.merge(voter.region(), 1, Integer::sum);
    return counts.values().stream().anyMatch(n -> n > (world.voters.size() - 1) / 2);
  }

  private static boolean mayJoin(AutopilotWorld world, NodeId node) {
    if (world.voters.containsKey(node) || !world.isFit(node)) return false;
    var regions =
        world.nodes.keySet().stream()
            .filter(n -> world.isFit(n) || world.voters.containsKey(n))
            .map(NodeId::region)
            .distinct()
            .count();
    if (regions < 3 || !world.plan.pinned().isEmpty()) return true;
    // one seat of a region may be free, not more: then it is a question for its nodes together
    return world.voters.keySet().stream().noneMatch(v -> v.region().equals(node.region()));
  }
}
