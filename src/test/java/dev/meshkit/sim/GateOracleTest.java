package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15 for what gates decide (gate.md, G1, G6, G7). */
@Tag(Histories.TAG)
class GateOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("us", "bob");
  private static final Sight.Edition FIRST = edition(1, 1, 1);
  private static final Sight.Edition NEXT = edition(1, 1, 2);
  private static final Sight.Edition LATER = edition(1, 2, 3);
  private static final List<Integer> NOBODY = List.of(1, 1, 1);
  private static final List<Integer> SOME = List.of(1, 2, 1);
  private static final List<Integer> MORE = List.of(2, 2, 1);

  private static Sight.Edition edition(int generation, long term, long version) {
    return new Sight.Edition(generation, new Sight.RecordAt(term, version));
  }

  private static Sight decides(NodeId node, Sight.Edition by, long epoch, List<Integer> all) {
    return decides(node, by, by, new Sight.Choices(epoch, 1, 2, all, all, all));
  }

  private static Sight decides(
      NodeId node, Sight.Edition by, Sight.Edition told, Sight.Choices choices) {
    var one = new TreeMap<String, Sight.Choices>();
    one.put("g", choices);
    return new Sight.Decides(node, Scope.GLOBAL, by, told, one);
  }

  /** G1: whatever else they went by before, and whenever they came to it. */
  @Test
  void thoseWhoGoByOneRecordDecideAlike() {
    legal(
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, 7, NOBODY),
        decides(ANN, NEXT, 7, SOME),
        decides(ANN, LATER, 8, NOBODY),
        decides(BOB, NEXT, 7, SOME),
        decides(BOB, LATER, 8, NOBODY));
    illegal(
        new OneDecisionEverywhere(), decides(ANN, NEXT, 7, SOME), decides(BOB, NEXT, 7, NOBODY));
    illegal(new OneDecisionEverywhere(), decides(ANN, NEXT, 7, SOME), decides(BOB, NEXT, 6, SOME));
  }

  /** G1, G27: explanations and plans say what is decided. */
  @Test
  void explanationsAndPlansAgree() {
    illegal(
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, FIRST, new Sight.Choices(7, 1, 2, SOME, MORE, SOME)));
    illegal(
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, FIRST, new Sight.Choices(7, 1, 2, SOME, SOME, MORE)));
  }

  /** G7: in one process and across restarts; who lost its disks begins anew. */
  @Test
  void nobodyGoesBackToAnOlderRecord() {
    legal(
        new OneDecisionEverywhere(),
        decides(ANN, NEXT, 7, SOME),
        new Sight.Stopped(ANN),
        new Sight.Started(ANN),
        decides(ANN, NEXT, 7, SOME),
        new Sight.Wiped(ANN),
        decides(ANN, FIRST, 7, NOBODY),
        decides(ANN, edition(2, 0, 2), 9, NOBODY));
    illegal(
        new OneDecisionEverywhere(), decides(ANN, NEXT, 7, SOME), decides(ANN, FIRST, 7, NOBODY));
    illegal(
        new OneDecisionEverywhere(),
        decides(ANN, NEXT, 7, SOME),
        new Sight.Stopped(ANN),
        new Sight.Wiped(BOB),
        new Sight.Started(ANN),
        decides(ANN, FIRST, 7, NOBODY));
    illegal(
        new OneDecisionEverywhere(),
        decides(ANN, edition(2, 0, 2), 9, NOBODY),
        decides(ANN, LATER, 8, NOBODY));
  }

  /** G2: after a restart without contact it is what was committed that runs. */
  @Test
  void aRestartForgetsNothing() {
    illegal(
        new OneDecisionEverywhere(),
        decides(ANN, NEXT, 7, SOME),
        new Sight.Stopped(ANN),
        new Sight.Started(ANN),
        decides(ANN, NEXT, 0, NOBODY));
  }

  /** A record that is known is what counts. */
  @Test
  void nobodyStaysBehindWhatItKnows() {
    var choices = new Sight.Choices(7, 1, 2, SOME, SOME, SOME);
    var said = illegal(new OneDecisionEverywhere(), decides(ANN, NEXT, LATER, choices));
    assertTrue(said.contains("behind"), said);
  }

  /** G6: within an epoch from the version before to the next, and never back. */
  @Test
  void nobodyMovesTwiceInOneEpoch() {
    legal(
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, 7, NOBODY),
        decides(ANN, LATER, 7, MORE),
        decides(BOB, NEXT, 7, SOME),
        decides(ANN, edition(1, 2, 4), 8, NOBODY),
        decides(ANN, edition(2, 0, 5), 7, SOME)); // of a generation that never heard of that
    illegal(new OneDecisionEverywhere(), decides(ANN, FIRST, 7, MORE), decides(ANN, NEXT, 7, SOME));
    illegal( // seen by one that comes late, of records between
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, 7, NOBODY),
        decides(ANN, LATER, 7, SOME),
        decides(BOB, NEXT, 7, MORE));
    illegal( // another version rolled out in the same epoch
        new OneDecisionEverywhere(),
        decides(ANN, FIRST, 7, NOBODY),
        decides(ANN, NEXT, NEXT, new Sight.Choices(7, 1, 3, NOBODY, NOBODY, NOBODY)));
  }
}
