package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * V15 for what is heard of others: E14 objects to a node that knows a committed record too late, L7
 * to a leader that falls by what somebody says, and to one who takes another for it.
 */
@Tag(Histories.TAG)
class HeadsOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("us", "bob");
  private static final Fence TERM = new Fence(Scope.GLOBAL, 1, 3);

  private final List<Long> took = new ArrayList<>();
  private double now;
  private final HeadsInTime oracle = new HeadsInTime(() -> Seconds.of(now), took::add);

  private String at(double seconds, Sight sight) {
    now = seconds;
    return oracle.see(sight);
  }

  private static Sight viewed(NodeId node, long version) {
    var at = new Sight.RecordAt(3, version);
    return new Sight.Viewed(node, TERM, new Sight.Kept(at, "c" + version, List.of(), List.of()));
  }

  private void both() {
    assertEquals("", at(0, new Sight.Started(ANN)));
    assertEquals("", at(0, new Sight.Started(BOB)));
    assertEquals("", at(20, viewed(ANN, 1)));
  }

  @Test
  void aViewWithinTwoSecondsIsInTime() {
    both();
    assertEquals("", at(21.9, viewed(BOB, 1)));
    now = 30;
    Histories.legal(oracle, new Sight.Split(ANN));
    assertEquals(List.of(Seconds.of(21.9) - Seconds.of(20)), took);
  }

  @Test
  void aLaterRecordTellsOfTheEarlierOnes() {
    both();
    assertEquals("", at(21, viewed(ANN, 2)));
    assertEquals("", at(21.9, viewed(BOB, 2)));
    assertEquals("", at(30, new Sight.Split(ANN)));
  }

  @Test
  void whoDoesNotKnowIsFoundWithoutAWord() {
    both();
    now = 22.1;
    var wrong = Histories.illegal(oracle, new Sight.Split(ANN));
    assertTrue(wrong.contains("us/bob") && wrong.contains("version=1"), wrong);
  }

  @Test
  void whoDiedOrJustBeganIsNoMatter() {
    both();
    assertEquals("", at(21, new Sight.Stopped(BOB)));
    assertEquals("", at(21.5, new Sight.Started(BOB)));
    assertEquals("", at(22, viewed(ANN, 2)));
    assertEquals("", at(25, new Sight.Split(ANN)));
  }

  private static final Sight LEADS =
      new Sight.Authority(Scope.GLOBAL, List.of(new Sight.Holder(ANN, TERM)));
  private static final Sight CALM = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());
  private static final Fence NEVER = new Fence(Scope.GLOBAL, 1, 99);

  private LiesMoveNobody lies(double at) {
    now = at;
    return new LiesMoveNobody(() -> Seconds.of(now), Seconds.of(10));
  }

  /** A leader may fall amid what is wrong, and give way to its better at any time. */
  @Test
  void aLeaderFallsByNothingThatIsSaid() {
    Histories.legal(lies(9), new Sight.Lost(ANN, TERM), LEADS, CALM);
    Histories.legal(lies(11), new Sight.Lost(ANN, TERM), new Sight.Handed(TERM, 1), LEADS, CALM);
    var said = Histories.illegal(lies(11), new Sight.Lost(ANN, TERM), LEADS, CALM);
    assertTrue(said.contains("fell"), said);
  }

  /** Who votes knows its leader; who heard of a tenure that never was may believe in that one. */
  @Test
  void allFindTheLeaderAtTheEnd() {
    var knows = new Sight.Follows(BOB, Scope.GLOBAL, ANN);
    var heard = new Sight.Heard(BOB, TERM, ANN);
    var boasted = new Sight.Heard(BOB, NEVER, BOB);
    Histories.legal(lies(30), LEADS, knows, heard, CALM);
    Histories.legal(lies(30), new Sight.Boasted(NEVER), LEADS, boasted, CALM);
    Histories.legal(lies(30), new Sight.Follows(BOB, Scope.GLOBAL, NodeId.NOBODY), CALM);
    Histories.illegal(lies(30), LEADS, new Sight.Follows(BOB, Scope.GLOBAL, BOB), CALM);
    Histories.illegal(lies(30), LEADS, boasted, CALM);
    Histories.illegal(lies(30), LEADS, new Sight.Heard(BOB, TERM, NodeId.NOBODY), CALM);
  }
}
