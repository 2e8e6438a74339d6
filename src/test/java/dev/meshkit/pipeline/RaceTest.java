package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several steps, one of which is enough. */
class RaceTest {
  /** P5: the first Ok, only after every loser has ended. */
  @Test
  void theFirstOkWinsWhenTheLosersHaveEnded() throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new AtomicInteger();
    Step<String> loser =
        undo -> {
          try {
            begun.countDown();
            return Given.<String>forever().run(undo);
          } finally {
            ended.incrementAndGet();
          }
        };
    Step<String> winner =
        Step.of(
            () -> {
              begun.await();
              return Result.ok("won");
            });
    assertEquals(Result.ok("won"), Race.of(List.of(loser, winner, Given.failing("no"))));
    assertEquals(1, ended.get());
  }

  /** P5: of nothing; all failed. */
  @Test
  void nobodyWins() throws Exception {
    assertEquals("error.validation", AllTest.error(Race.of(List.of())).code());
    assertEquals(Given.err("a"), Race.of(List.of(Given.failing("a"))));
    assertEquals(
        Result.err(new MeshError.Aggregate(List.of(Given.error("a"), Given.error("b")))),
        Race.of(List.of(Given.failing("a"), Given.failing("b"))));
  }

  /** P5: in order, one at a time, and none begins after the winner. */
  @Test
  void aLimitedRaceIsAQueue() throws Exception {
    var third = new AtomicInteger();
    Step<String> counted =
        Step.of(
            () -> {
              third.incrementAndGet();
              return Result.ok("c");
            });
    assertEquals(Result.ok("b"), Race.of(List.of(Given.failing("a"), Given.ok("b"), counted), 1));
    assertEquals(0, third.get());
  }

  /** P5: two Ok at a barrier are one winner; the other is undone. */
  @Test
  void twoWinnersAtOnceAreOne() {
    Rounds.of(
        Rounds.MANY,
        _ -> {
          Set<Integer> done = ConcurrentHashMap.newKeySet();
          var barrier = new CyclicBarrier(2);
          var steps = IntStream.range(0, 2).mapToObj(i -> meeting(i, barrier, done)).toList();
          assertEquals(Set.of(Race.of(steps).orThrow()), done);
        });
  }

  private static Step<Integer> meeting(int number, CyclicBarrier barrier, Set<Integer> done) {
    return undo -> {
      done.add(number);
      undo.onFailure("forget", () -> done.remove(number));
      try {
        barrier.await();
      } catch (java.util.concurrent.BrokenBarrierException _) {
        return Given.err("broken");
      }
      return Result.ok(number);
    };
  }

  /** P6: a loser that succeeds late is undone, its failing undo reported; the winner stands. */
  @Test
  void aLateWinnerIsUndone() throws Exception {
    var begun = new CountDownLatch(1);
    var undone = new AtomicInteger();
    Step<String> late =
        undo -> {
          undo.onFailure("fails", () -> assertEquals(1, 2));
          undo.onFailure("count", undone::incrementAndGet);
          begun.countDown();
          return Given.stubborn("late").run(undo);
        };
    Step<String> winner =
        Step.of(
            () -> {
              begun.await();
              return Result.ok("won");
            });
    var failed =
        Recorded.during(
            () -> assertEquals(Result.ok("won"), Race.of(List.of(late, winner))),
            "meshkit.CompensationFailed",
            "action");
    assertEquals(1, undone.get());
    assertEquals(List.of("fails"), failed);
  }

  /** P6: with a scope of the caller's, the winner's actions pass on to it. */
  @Test
  void theWinnersActionsPassOn() throws Exception {
    var undone = new AtomicInteger();
    Step<String> winner =
        undo -> {
          undo.onFailure("count", undone::incrementAndGet);
          return Result.ok("won");
        };
    try (var undo = Compensation.open("outer")) {
      assertEquals(Result.ok("won"), Race.of(undo, List.of(winner)));
      assertEquals(0, undone.get());
    }
    assertEquals(1, undone.get());
  }

  /** P7: a loser interrupted in its pause between attempts is simply a loser. */
  @Test
  void aRetryInterruptedInItsPauseIsALoser() throws Exception {
    var tried = new CountDownLatch(1);
    var hour = Duration.ofHours(1);
    var policy = RetryPolicy.defaults().withPauses(hour, hour).withBudget(Duration.ofDays(1));
    Step<String> retrying =
        undo ->
            Retry.of(
                undo,
                policy,
                Step.of(
                    () -> {
                      tried.countDown();
                      return Result.err(Given.safe("again"));
                    }));
    Step<String> winner =
        Step.of(
            () -> {
              tried.await();
              return Result.ok("won");
            });
    assertEquals(Result.ok("won"), Race.of(List.of(retrying, winner)));
  }

  /** P15: what a cancelled loser throws changes nothing, and is an event. */
  @Test
  void aLosersLateExceptionDoesNotTakeTheWinAway() throws Exception {
    var begun = new CountDownLatch(1);
    Step<String> rude =
        Step.of(
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException("closed by interrupt", interrupted);
              }
              return Result.ok("unreachable");
            });
    Step<String> winner =
        Step.of(
            () -> {
              begun.await();
              return Result.ok("won");
            });
    var thrown =
        Recorded.during(
            () -> assertEquals(Result.ok("won"), Race.of(List.of(rude, winner))),
            "meshkit.LateException",
            "thrown");
    assertEquals(List.of("java.lang.IllegalStateException: closed by interrupt"), thrown);
  }

  /** P5: 2,000 times: who was held back by the limit does not begin though the winner has ended. */
  @Test
  void nobodyBeginsAfterTheWinner() {
    Rounds.of(
        2_000,
        _ -> {
          var begun = new AtomicInteger();
          Step<Integer> held = Step.of(() -> Result.ok(begun.incrementAndGet()));
          assertEquals(Result.ok(0), Race.of(List.of(Given.ok(0), held, held, held), 1));
          assertEquals(0, begun.get());
        });
  }
}
