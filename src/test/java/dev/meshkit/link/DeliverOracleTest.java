package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.link.DeliverOracle.Applied;
import dev.meshkit.link.DeliverOracle.Marked;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The judge of {@link DeliverKill} sees each thing that must not be, and nothing else. */
class DeliverOracleTest {
  private final DeliverOracle oracle = new DeliverOracle(true);

  private void acknowledged(String lane, long... numbers) {
    for (var n : numbers) {
      oracle.hear("n1", "s n2 " + lane + " " + n + " .");
      oracle.hear("n1", "S n2 " + lane + " " + n + " .");
    }
  }

  private List<String> afterApplied(String lane, long... numbers) {
    oracle.applied("n2", LongStream.of(numbers).mapToObj(n -> new Applied("n1", lane, n)).toList());
    oracle.judge();
    return oracle.broken();
  }

  @Test
  void whatIsAppliedOnceAndInOrderHolds() {
    acknowledged("BULK", 1, 2, 5);
    assertEquals(List.of(), afterApplied("BULK", 1, 2, 5));
    assertEquals("1 lanes, 3 acknowledged, 3 applied", oracle.counts());
  }

  @Test
  void eachLaneHasAnOrderOfItsOwn() {
    acknowledged("BULK", 1, 2);
    acknowledged("CONTROL", 1);
    oracle.applied("n2", List.of(new Applied("n1", "BULK", 1), new Applied("n1", "BULK", 2)));
    assertEquals(List.of(), afterApplied("CONTROL", 1));
  }

  @Test
  void anAcknowledgedMessageThatIsNotAppliedIsLost() {
    acknowledged("BULK", 1, 2, 3);
    assertEquals(List.of("lost: n1 to n2 BULK 2"), afterApplied("BULK", 1, 3));
  }

  @Test
  void aLaneOfWhichNothingIsAppliedIsLost() {
    acknowledged("BULK", 1);
    assertEquals(List.of("lost: n1 to n2 BULK 1"), afterApplied("CONTROL"));
  }

  /** Of handlers that answer without work one may come again, and those behind it with it. */
  @Test
  void whereHandlersAnswerWithoutWorkARepetitionIsNoFault() {
    var plain = new DeliverOracle(false);
    for (var n = 1; n <= 4; n++) {
      plain.hear("n1", "s n2 BULK " + n + " .");
      plain.hear("n1", "S n2 BULK " + n + " .");
    }
    plain.applied(
        "n2", LongStream.of(1, 2, 1, 2, 3).mapToObj(n -> new Applied("n1", "BULK", n)).toList());
    plain.marked("n2", List.of(new Marked("n1", "bulk", 3)));
    plain.judge();
    assertEquals(List.of("lost: n1 to n2 BULK 4"), plain.broken());
  }

  @Test
  void aMessageAppliedTwiceIsSeen() {
    acknowledged("BULK", 1, 2);
    assertEquals(List.of("applied twice: n1 to n2 BULK 1"), afterApplied("BULK", 1, 2, 1));
  }

  @Test
  void aMessageOutOfOrderIsSeen() {
    acknowledged("BULK", 1, 2, 3);
    assertEquals(List.of("out of order: n1 to n2 BULK 2 after 3"), afterApplied("BULK", 1, 3, 2));
  }

  @Test
  void aMessageThatNobodySentIsSeen() {
    acknowledged("BULK", 1);
    assertEquals(List.of("from nowhere: n1 to n2 BULK 7"), afterApplied("BULK", 1, 7));
  }

  /** Its sender died before it could say so. */
  @Test
  void aMessageWithoutAcknowledgementMayBeAppliedOrNot() {
    acknowledged("BULK", 1);
    oracle.hear("n1", "s n2 BULK 2 .");
    oracle.hear("n1", "s n2 BULK 3 .");
    assertEquals(List.of(), afterApplied("BULK", 1, 2));
  }

  @Test
  void ofAStateKeyTheNewestIsEnough() {
    acknowledged("STATEk1", 1, 2, 3);
    assertEquals(List.of(), afterApplied("STATEk1", 1, 3));
  }

  @Test
  void ofAStateKeyTheNewestIsNeeded() {
    acknowledged("STATEk1", 1, 2, 3);
    assertEquals(List.of("lost: n1 to n2 STATEk1 3"), afterApplied("STATEk1", 1, 2));
  }

  @Test
  void aMarkWithoutItsEffectIsSeenAndSoIsAnEffectWithoutItsMark() {
    oracle.applied(
        "n2",
        List.of(
            new Applied("n1", "BULK", 1),
            new Applied("n1", "STATEk1", 1),
            new Applied("n1", "STATEk2", 2)));
    oracle.marked("n2", List.of(new Marked("n1", "bulk", 1), new Marked("n1", "state", 2)));
    assertEquals(List.of(), oracle.broken());
    oracle.marked("n2", List.of(new Marked("n1", "bulk", 2), new Marked("n1", "state", 1)));
    assertEquals(
        List.of(
            "n2 applied 1 of Marked[sender=n1, cls=bulk, count=2]",
            "n2 applied 2 of Marked[sender=n1, cls=state, count=1]"),
        oracle.broken());
  }

  @Test
  void whatIsLeftAndWhatFailsIsSeen() {
    oracle.left("n1", List.of("a dead task"));
    oracle.hear("n2", "! it has stopped");
    assertEquals(List.of("n1 keeps a dead task", "n2 it has stopped"), oracle.broken());
  }

  @Test
  void aLineThatAKillHasCutSaysNothing() {
    oracle.hear("n1", "S n2 BU");
    oracle.hear("n1", "S n2 BULK ");
    oracle.hear("n1", "S n2 BULK 12");
    assertEquals(List.of(), afterApplied("BULK"));
  }
}
