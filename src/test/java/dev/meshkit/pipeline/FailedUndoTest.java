package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What could not be undone is told beside whatever comes out. */
class FailedUndoTest {
  /** P15: what a bug could not undo is suppressed in it, whatever ran the step. */
  @Test
  void aFailedUndoIsSuppressedInTheBug() {
    var bug = new IllegalStateException("bug");
    Step<String> broken =
        undo -> {
          undo.onFailure("fails", () -> assertEquals(1, 2));
          throw bug;
        };
    assertThrows(IllegalStateException.class, () -> All.of(List.of(broken)));
    assertThrows(IllegalStateException.class, () -> Retry.of(RetryTest.quick(), broken));
    assertThrows(
        IllegalStateException.class,
        () -> Results.forEachSettled(Stream.of(Result.ok(1)), (_, undo) -> broken.run(undo)));
    var suppressed = java.util.Arrays.stream(bug.getSuppressed()).map(Throwable::getMessage);
    assertEquals(3, suppressed.filter(text -> text.contains("undoing 'fails'")).count());
  }

  /** P12: what a cancelled caller could not undo is suppressed in its interruption. */
  @Test
  void aFailedUndoIsSuppressedInTheInterruption() {
    var caller = Thread.currentThread();
    Step<String> interrupting =
        undo -> {
          undo.onFailure("fails", () -> assertEquals(1, 2));
          caller.interrupt();
          return Given.<String>forever().run(undo);
        };
    for (var combinator : List.<Step<?>>of(combined(interrupting), raced(List.of(interrupting)))) {
      var undo = Compensation.open("caller");
      var cancelled = assertThrows(InterruptedException.class, () -> combinator.run(undo));
      var suppressed = Stream.of(cancelled.getSuppressed()).map(Throwable::getMessage);
      assertEquals(1, suppressed.filter(text -> text.contains("undoing 'fails'")).count());
    }
  }

  /** P12: also when it is cancelled only while it undoes. */
  @Test
  void aFailedUndoIsSuppressedThoughTheInterruptionCameLater() {
    var caller = Thread.currentThread();
    Step<String> failing =
        undo -> {
          undo.onFailure(
              "fails",
              () -> {
                caller.interrupt();
                assertEquals(1, 2);
              });
          return Given.err("why");
        };
    var loser = new CountDownLatch(1);
    Step<String> lost =
        undo -> {
          try {
            loser.countDown();
            return Given.<String>forever().run(undo);
          } finally {
            var _ = failing.run(undo);
          }
        };
    Step<String> winner =
        undo -> {
          loser.await();
          return Result.ok("won");
        };
    for (var combinator : List.<Step<?>>of(combined(failing), raced(List.of(lost, winner)))) {
      var undo = Compensation.open("caller");
      var cancelled = assertThrows(InterruptedException.class, () -> combinator.run(undo));
      var suppressed = Stream.of(cancelled.getSuppressed()).map(Throwable::getMessage);
      assertEquals(1, suppressed.filter(text -> text.contains("undoing 'fails'")).count());
    }
  }

  private static Step<List<String>> combined(Step<String> step) {
    return undo -> All.of(undo, List.of(step));
  }

  private static Step<String> raced(List<Step<String>> steps) {
    return undo -> Race.of(undo, steps);
  }

  /** P12: forEachSettled tells beside an element's error what could not be undone after it. */
  @Test
  void anElementsFailedUndoStandsBesideItsError() throws Exception {
    var settled =
        Results.forEachSettled(
            Stream.of(Result.ok(1)),
            (_, undo) -> {
              undo.onFailure("fails", () -> assertEquals(1, 2));
              return Given.err("why");
            });
    var error = settled.errors().getFirst();
    assertEquals("why", error.why());
    assertEquals("1", error.details().get("undo_failures"));
  }
}
