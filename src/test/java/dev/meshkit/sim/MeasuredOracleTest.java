package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Timing;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** V15, V19, M41: how soon members know what is to be known is judged twice, and doubts once. */
@Tag(Histories.TAG)
class MeasuredOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("us", "cat");
  private static final Sight.Life LIFE = new Sight.Life(1, 0);
  private static final Sight CALM = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());

  private double now;

  private String at(double seconds, Oracle oracle, Sight sight) {
    now = seconds;
    return oracle.see(sight);
  }

  private static Sight shown(NodeId by, NodeId of, Status status) {
    return new Sight.Shown(by, of, status, LIFE);
  }

  private SeenInTime three(boolean hostUp) {
    var oracle = new SeenInTime(Timing.lan(), () -> Seconds.of(now), _ -> hostUp);
    for (var node : List.of(ANN, BOB, CAT)) at(0, oracle, new Sight.Started(node));
    return oracle;
  }

  /** A lost host: 10 s of ten or fewer members at the 99th percentile, 30 s in any run. */
  @Test
  void aDeathThatIsKnownTooLateIsSeen() {
    var oracle = three(false);
    assertEquals("", at(5, oracle, new Sight.Stopped(CAT)));
    assertEquals("", at(7, oracle, shown(ANN, CAT, Status.SUSPECT)));
    assertEquals("", at(9, oracle, shown(ANN, CAT, Status.DEAD)));
    assertEquals("", at(10, oracle, shown(ANN, CAT, Status.DEAD)), "Bob does not know yet");
    assertEquals("", at(15, oracle, shown(BOB, CAT, Status.DEAD)));
    var seen = new Coverage();
    oracle.measure(seen);
    assertEquals(1_000, seen.percentile("gossip lost ‰", 99));
    now = 16;
    Histories.legal(oracle, CALM);
    var late = three(false);
    assertEquals("", at(5, late, new Sight.Stopped(CAT)));
    assertEquals("", at(9, late, shown(ANN, CAT, Status.DEAD)));
    now = 35.1;
    var said = Histories.illegal(late, shown(BOB, CAT, Status.DEAD));
    assertEquals("us/cat was LOST, and all knew after 30.100000s", said);
  }

  /** A killed process whose host says so: suspected in 2 s, dead 1.5 s after the least. */
  @Test
  void theKilledAreKnownSooner() {
    var oracle = three(true);
    assertEquals("", at(5, oracle, new Sight.Stopped(CAT)));
    assertEquals("", at(6, oracle, shown(ANN, CAT, Status.SUSPECT)));
    assertEquals("", at(7, oracle, shown(BOB, CAT, Status.SUSPECT)));
    assertEquals("", at(9, oracle, shown(ANN, CAT, Status.DEAD)));
    assertEquals("", at(9.5, oracle, shown(BOB, CAT, Status.DEAD)));
    var seen = new Coverage();
    oracle.measure(seen);
    assertEquals(1_000, seen.percentile("gossip doubted ‰", 99));
    assertEquals(1_000, seen.percentile("gossip killed ‰", 99), "3 s and 1.5 s");
  }

  @Test
  void aGoodbyeThatSomebodyNeverHearsIsSeen() {
    var oracle = three(true);
    assertEquals("", at(5, oracle, new Sight.Leaving(CAT)));
    assertEquals("", at(5.1, oracle, shown(ANN, CAT, Status.LEFT)));
    assertEquals("", at(5.4, oracle, new Sight.Stopped(CAT)));
    assertEquals("not all know that us/cat has left: 1; ", at(9, oracle, CALM));
  }

  /**
   * Of a campaign both the median and the 99th percentile are asked; what was not measured, too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lost", "killed", "doubted", "left"})
  void detectionIsJudgedByItsDistribution(String fate) {
    var seen = new Coverage();
    for (var other : List.of("lost", "killed", "doubted", "left"))
      if (!other.equals(fate)) seen.measure("gossip " + other + " ‰", 500);
    var time = "gossip " + fate + " ‰";
    assertEquals(List.of("VACUOUS: no " + time + " was measured"), SeenInTime.excess(seen));
    for (var i = 0; i < 200; i++) seen.measure(time, 500);
    for (var i = 0; i < 2; i++) seen.measure(time, 1_001);
    assertEquals(List.of(), SeenInTime.excess(seen));
    seen.measure(time, 1_001);
    assertTrue(SeenInTime.excess(seen).getFirst().startsWith("LATE: " + time));
  }

  /** L1: the median of takeovers is asked as well as the 99th percentile. */
  @Test
  void takeoversAreJudgedByTheirMedianToo() {
    var seen = new Coverage();
    for (var time : List.of(ColdStartInTime.TIME, CommitInTime.TIME)) seen.measure(time, 500);
    seen.measure(Takeovers.TIME, Takeovers.MEDIAN);
    assertEquals(List.of(), Scenario.ELECTION_FAILOVER.excess(seen));
    for (var i = 0; i < 3; i++) seen.measure(Takeovers.TIME, Takeovers.MEDIAN + 1);
    var wrong = Scenario.ELECTION_FAILOVER.excess(seen).getFirst();
    assertTrue(wrong.startsWith("LATE: the median of takeover ‰"), wrong);
  }

  @Test
  void aMeshThatDoesNotMeetIsSeen() {
    var oracle = new AllMeetInTime(() -> Seconds.of(now));
    for (var node : List.of(ANN, BOB, CAT)) at(0, oracle, new Sight.Started(node));
    at(0, oracle, new Sight.Stopped(CAT)); // a seed that is not there
    at(1, oracle, shown(ANN, BOB, Status.ALIVE));
    now = 2;
    assertEquals("1 of 2 know each other", Histories.illegal(oracle, CALM));
    at(4, oracle, shown(BOB, ANN, Status.ALIVE));
    now = 9;
    Histories.legal(oracle, CALM);
    var seen = new Coverage();
    oracle.measure(seen);
    assertEquals(200, seen.percentile(AllMeetInTime.TIME, 99), "4 of 20 s");
  }

  /** Who is sick may err, and may be doubted; the others are not to be. */
  @Test
  void whoDoubtsTheHealthyIsSeen() {
    var sick = Set.of(CAT);
    var oracle = new NobodyHealthyDies(sick, sick);
    assertEquals("", at(1, oracle, shown(CAT, ANN, Status.DEAD)));
    assertEquals("", at(1, oracle, shown(ANN, CAT, Status.DEAD)));
    assertTrue(at(1, oracle, shown(BOB, ANN, Status.DEAD)).contains("with whom nothing is wrong"));
    var doubts = new FewAreDoubted(sick);
    var seen = new Coverage();
    assertEquals("VACUOUS", FewAreDoubted.excess(seen).getFirst().substring(0, 7));
    doubts.see(new Sight.Accuses(ANN, CAT));
    Histories.legal(doubts, Scenario.GOSSIP_LIFEGUARD, seen);
    for (var i = 0; i < 1_000; i++) doubts.see(new Sight.Accuses(CAT, BOB));
    var wrong = Histories.illegal(doubts, Scenario.GOSSIP_LIFEGUARD, seen);
    assertTrue(wrong.startsWith("DOUBTFUL: "), wrong);
  }
}
