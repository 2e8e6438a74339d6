package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** P35: a time that is longer than any number holds is for ever, and no arithmetic error. */
class ForeverTest {
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
  private static final Source.Next<List<Integer>> ONE_TWO =
      new Source.Next.Got<>(Result.ok(List.of(1, 2)));

  /** P12: every action runs though each may take for ever. */
  @Test
  void anUndoMayTakeForEver() {
    var log = new ArrayList<Integer>(); // each thread is joined before the next begins
    var undo = Compensation.open("work", FOREVER);
    for (var i = 0; i < 3; i++) {
      var number = i;
      undo.onFailure("one", () -> log.add(number));
    }
    undo.close();
    assertEquals(List.of(2, 1, 0), log);
    assertEquals(List.of(), undo.failures());
  }

  /** P27: a window may stay open for ever, and loses nothing. */
  @Test
  void aWindowMayStayOpenForEver() throws Exception {
    for (var age : List.of(FOREVER, Duration.ofDays(365L * 1_000_000_000L))) {
      var windows = Window.of(Source.of(List.of(1, 2, 3)), 2, age);
      assertEquals(ONE_TWO, windows.take(Duration.ofSeconds(1)));
      assertEquals(new Source.Next.Got<>(Result.ok(List.of(3))), windows.take(FOREVER));
    }
  }

  /** P10: a timeout may be for ever. */
  @Test
  void aTimeoutMayBeForEver() throws Exception {
    assertEquals(Result.ok(1), Timeout.of(FOREVER, Given.ok(1)));
    Step<Duration> left = Step.of(() -> Result.ok(Deadline.current().orElseThrow().left()));
    var outer = Duration.ofMinutes(5);
    var shorter = Timeout.of(outer, undo -> Timeout.of(undo, FOREVER, left)).orThrow();
    assertTrue(shorter.compareTo(outer) <= 0, "left: " + shorter);
  }

  /** P8: a pause may be for ever, which no budget allows; a factor that is no number is refused. */
  @Test
  void aPauseMayBeForEver() throws Exception {
    var endless = RetryPolicy.defaults().withPauses(FOREVER, FOREVER);
    var failed =
        AllTest.error(Retry.of(endless, Step.of(() -> Result.<Integer>err(Given.safe("x")))));
    assertEquals("1", failed.details().get("attempts"));
    var second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(3, second, Double.NaN, second, second, false));
  }

  /** P21: a ticker may never tick. */
  @Test
  void aTickerMayNeverTick() throws Exception {
    var ticks = Ticker.every(FOREVER);
    assertEquals(new Source.Next.Nothing<>(), ticks.take(Duration.ZERO));
  }

  /** P26: patience may be for ever; twice the capacity still ends it. */
  @Test
  void patienceMayBeForEver() {
    var slow = Inlet.<Integer>bounded("slow", 1);
    var rule = Outlet.Rule.DETACH.after(FOREVER);
    var elements = IntStream.range(0, 5).boxed().toList();
    var came = Broadcast.of(Source.of(elements), Outlet.of(slow, rule)).run();
    assertEquals(Broadcasted.State.DETACHED, came.fates().getFirst().state());
  }

  /** P22: the heaviest weights starve nobody; a heavier one is refused. */
  @Test
  void aWeightHasABound() {
    var turns = Turns.byWeight();
    for (var weight : List.of(1_000_000, 1_000_000, 1_000)) turns.add(weight);
    var count = new int[3];
    for (var i = 0; i < 10_000; i++) count[turns.next(0b111)]++;
    assertTrue(count[2] >= 4, "served: " + count[2]); // 5 by its weight
    assertThrows(IllegalArgumentException.class, () -> turns.add(1_000_001));
    assertThrows(IllegalArgumentException.class, () -> turns.add(0));
  }
}
