package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Branches.Reply;
import dev.meshkit.pipeline.Outcomes.Rule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a set of branches is decided, and by what: the tally alone, without threads. */
class OutcomesTest {
  private final IllegalStateException bug = new IllegalStateException("bug");

  private static Reply<Integer> ok(int index) {
    return new Reply<>(index, Result.ok(index));
  }

  private static Reply<Integer> err(int index) {
    return new Reply<>(index, Given.err("e" + index));
  }

  private static Outcomes<Integer> three(Rule rule) {
    return Outcomes.of(rule, 3);
  }

  /** P5: exactly one winner: a second Ok, an Err and a bug that come after it change nothing. */
  @Test
  void aRaceIsDecidedByItsFirstOk() {
    var undecided = three(Rule.RACE).with(err(0));
    assertFalse(undecided.decided());
    var won = undecided.with(ok(2));
    assertTrue(won.decided());
    assertEquals(Optional.of(ok(2)), won.decider());
    assertEquals(won, won.with(ok(1)));
    assertEquals(won, won.with(err(1)));
    assertEquals(won, won.without(bug));
  }

  /** P5: nobody won: all errors, in the order of the steps. */
  @Test
  void aRaceThatNobodyWinsAggregatesInTheOrderOfTheSteps() {
    var lost = three(Rule.RACE).with(err(2)).with(err(0)).with(err(1));
    assertTrue(lost.decided());
    assertEquals(Optional.empty(), lost.decider());
    var errors = List.of(Given.error("e0"), Given.error("e1"), Given.error("e2"));
    assertEquals(Optional.of(new MeshError.Aggregate(errors)), lost.error());
  }

  /** P4: the first Err in time decides, and later ones do not replace it. */
  @Test
  void allIsDecidedByItsFirstErr() {
    var failed = three(Rule.ALL).with(ok(1)).with(err(2));
    assertEquals(Optional.of(err(2)), failed.decider());
    assertEquals(failed, failed.with(err(0)));
  }

  /** P3: everyone's value, in the order of the steps; of nobody it is decided at once. */
  @Test
  void allOkAreTheirValuesInTheOrderOfTheSteps() {
    var all = three(Rule.ALL).with(ok(2)).with(ok(0));
    assertFalse(all.decided());
    all = all.with(ok(1));
    assertTrue(all.decided());
    assertEquals(Optional.empty(), all.decider());
    assertEquals(List.of(0, 1, 2), all.values());
    assertTrue(Outcomes.of(Rule.ALL, 0).decided());
  }

  /** P4: settled waits for everyone, whatever they say. */
  @Test
  void settledIsDecidedByEveryone() {
    var two = three(Rule.SETTLED).with(err(2)).with(ok(0));
    assertFalse(two.decided());
    var three = two.with(err(1));
    assertTrue(three.decided());
    var errors = List.of(Given.error("e1"), Given.error("e2"));
    assertEquals(Optional.of(new MeshError.Aggregate(errors)), three.error());
  }

  /** P15: the first bug decides under every rule. */
  @Test
  void aBugDecides() {
    for (var rule : Rule.values()) {
      var thrown = three(rule).without(bug);
      assertTrue(thrown.decided());
      assertEquals(Optional.of(bug), thrown.bug());
      assertEquals(thrown, thrown.with(ok(1)));
      assertEquals(thrown, thrown.without(new IllegalStateException("second")));
    }
  }
}
