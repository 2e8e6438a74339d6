package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code mesh/both} draws (simulation.md §5). */
class MeshRunsTest {
  private static final int SEEDS = 500;

  /** n = 5–50, most of them few: a mesh of fifty takes as long as twenty small ones. */
  @Test
  void meshesHaveFiveToFiftyNodes() {
    var sizes = new ArrayList<Integer>();
    for (var seed = 1; seed <= SEEDS; seed++)
      sizes.add(Scenario.MESH_BOTH.setup(seed).nodes().size());
    sizes.sort(null);
    assertEquals(List.of(5, 50), List.of(sizes.getFirst(), sizes.getLast()));
    var many = sizes.stream().filter(size -> size >= 10).count();
    assertTrue(many > SEEDS / 7 && many < SEEDS / 4, many + " of ten or more");
    assertTrue(sizes.stream().anyMatch(size -> size > 9 && size <= Tiny.MEMBERS), "none between");
  }

  /** Three to five vote in each scope, of those who may; in the smallest mesh two of a region. */
  @Test
  void threeToFiveVoteInEachScope() {
    for (var count : List.of(5, 6, 11, 50))
      for (var seed = 1; seed <= 20; seed++) {
        var nodes = MeshRuns.halves(count);
        var runs = new MeshRuns(new Chance(seed).of("fault", "electorates"), false);
        for (var scope : List.of(Scope.GLOBAL, Scope.region("eu"), Scope.region("us"))) {
          var voters = runs.electorate(nodes, scope);
          var able = nodes.stream().filter(node -> mayVote(node, scope)).toList();
          assertTrue(able.containsAll(voters), () -> voters + " of " + able);
          var least = Math.min(3, able.size());
          assertTrue(voters.size() >= least && voters.size() <= 5, voters::toString);
        }
      }
  }

  private static boolean mayVote(NodeId node, Scope scope) {
    return scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region()));
  }
}
