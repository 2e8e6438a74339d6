package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an outcome is remains what it is, whatever is told beside it; and it tells no lies. */
class OutcomeKindsTest {
  private static final Duration SHORT = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofDays(1);

  /** P2: one more detail leaves every kind of error what it was. */
  @Test
  void aDetailChangesNoKind() {
    var late = new MeshError.TimedOut(SHORT, "a");
    var canceled = new MeshError.Canceled("b");
    var both = new MeshError.Aggregate(List.of(late, canceled));
    for (var error : List.of(late, canceled, both, Given.error("c"))) {
      var more = error.with("name", "value");
      assertEquals(error.getClass(), more.getClass());
      assertEquals("value", more.details().get("name"));
      assertEquals(error.text() + error.retry(), more.text() + more.retry());
    }
    assertEquals("5", late.with("name", "value").details().get("budget_ms"));
    assertEquals(both.errors(), ((MeshError.Aggregate) both.with("name", "value")).errors());
  }

  /** P8, P10: a retry over a timeout ends as a timeout, over settled with all its errors. */
  @Test
  void aRetryTellsWhatItsStepCameTo() throws Exception {
    var late = Retry.of(RetryTest.quick(), undo -> Timeout.of(undo, SHORT, Given.forever()));
    var timedOut = assertInstanceOf(MeshError.TimedOut.class, AllTest.error(late));
    assertEquals(SHORT, timedOut.budget());
    assertEquals("1", timedOut.details().get("attempts"));
    Step<List<String>> two =
        undo -> All.settled(undo, List.of(Given.failing("a"), Given.failing("b")));
    var both = assertInstanceOf(MeshError.Aggregate.class, failed(two));
    assertEquals(List.of(Given.error("a"), Given.error("b")), both.errors());
  }

  /** P12: nor does an undo that failed. */
  @Test
  void aFailedUndoTellsWhatTheStepCameTo() throws Exception {
    Step<String> late =
        undo -> {
          undo.onFailure("broken", () -> assertEquals(1, 2));
          return Given.<String>forever().run(undo);
        };
    var begun = new AtomicInteger();
    Step<String> counted =
        undo -> {
          begun.incrementAndGet();
          return late.run(undo);
        };
    while (begun.get() == 0) { // on a busy machine the budget may end before the step begins
      var error = AllTest.error(Timeout.of(SHORT, counted));
      assertInstanceOf(MeshError.TimedOut.class, error);
      if (begun.get() > 0) assertEquals("1", error.details().get("undo_failures"));
    }
  }

  /** P10: a nested timeout tells the budget that held, whichever of the two was first to tell. */
  @Test
  void aTimeoutTellsTheBudgetThatHeld() throws Exception {
    for (var i = 0; i < 40; i++) {
      var late = Timeout.of(SHORT, undo -> Timeout.of(undo, LONG, Given.<String>forever()));
      assertEquals(SHORT, ((MeshError.TimedOut) AllTest.error(late)).budget());
    }
  }

  /** P10: with nothing left a step does not begin, and a repetition is safe. */
  @Test
  void withNothingLeftAStepDoesNotBegin() throws Exception {
    var begun = new AtomicInteger();
    var told = new ArrayList<MeshError>();
    Step<Integer> inner = Step.of(() -> Result.ok(begun.incrementAndGet()));
    Step<Integer> tooLate =
        undo -> {
          awaitNothingLeft();
          told.add(AllTest.error(Timeout.of(undo, "the inner one", LONG, inner)));
          return Given.err("told");
        };
    while (told.isEmpty()) Timeout.of(SHORT, tooLate);
    assertEquals(0, begun.get());
    assertEquals(MeshError.TimedOut.before(SHORT, "the inner one"), told.getFirst());
    assertEquals(MeshError.Retry.SAFE, told.getFirst().retry());
    assertTrue(told.getFirst().why().contains("did not begin"), told.getFirst().why());
  }

  private static void awaitNothingLeft() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      while (!Deadline.current().orElseThrow().left().isZero()) Thread.onSpinWait();
    }
  }

  /** P10: what is left is never negative. */
  @Test
  void whatIsLeftIsNeverNegative() {
    var clock = new Given.Clock();
    var deadline = Deadline.within(SHORT, clock);
    assertEquals(SHORT, deadline.left());
    clock.go(LONG);
    assertEquals(Duration.ZERO, deadline.left());
  }

  /** P4, P5, P10: a step that says by itself that it was cancelled is no cancelled call. */
  @Test
  void nobodyIsCancelledByItself() throws Exception {
    Step<String> rude =
        Step.of(
            () -> {
              throw new InterruptedException("by itself");
            });
    var outcomes =
        List.of(
            AllTest.error(All.of(List.of(rude))),
            AllTest.error(All.settled(List.of(rude, Given.ok("x")))),
            AllTest.error(Race.of(List.of(rude))),
            AllTest.error(Timeout.of(LONG, rude)));
    for (var error : outcomes) {
      assertEquals("error.exception", error.code());
      assertTrue(error.why().contains("nobody had cancelled it"), error.why());
    }
    var both = (MeshError.Aggregate) AllTest.error(Race.of(List.of(rude, rude)));
    for (var error : both.errors()) assertEquals("error.exception", error.code());
    assertFalse(Thread.interrupted());
  }

  /** P4: an aggregate lists 64 and says how many there were; the first tells of 16 others. */
  @Test
  void whatIsNotListedIsCounted() throws Exception {
    var steps = IntStream.range(0, 100).mapToObj(i -> Given.<Integer>failing("e" + i)).toList();
    var all = (MeshError.Aggregate) AllTest.error(All.settled(steps));
    assertEquals(64, all.errors().size());
    assertEquals("100 steps", all.tried());
    var flow = IntStream.range(0, 100).mapToObj(i -> Given.<Integer>err("e" + i));
    assertEquals("100 steps", AllTest.error(flow.collect(Results.aggregate())).tried());
  }

  /** P2: texts name what was tried. */
  @Test
  void anErrorNamesWhatWasTried() throws Exception {
    var late = AllTest.error(Timeout.of("asking n2", SHORT, Given.forever()));
    assertEquals("asking n2", late.tried());
    Step<String> broken =
        Step.attempt(
            "reading a file",
            () -> {
              throw new java.io.IOException("gone");
            },
            List.of(java.io.IOException.class));
    assertEquals("reading a file", AllTest.error(All.of(List.of(broken))).tried());
  }

  private static MeshError failed(Step<?> step) throws InterruptedException {
    return AllTest.error(Retry.of(RetryTest.quick().withAttempts(1), step));
  }
}
