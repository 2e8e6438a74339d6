package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15 for E14: the oracle objects to a node that knows a committed record too late. */
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
}
