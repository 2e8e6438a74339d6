package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One step, tried again. */
class RetryTest {
  private final Given.Clock clock = new Given.Clock();
  private final List<Duration> pauses = new ArrayList<>();
  private final Timing timing =
      new Timing(
          clock,
          new Random(8),
          pause -> {
            pauses.add(pause);
            clock.go(pause);
          });

  private <T> Result<T> retry(RetryPolicy policy, Step<T> step) throws InterruptedException {
    try (var undo = Compensation.open("test")) {
      return Retry.of(undo, policy, timing, step);
    }
  }

  private static Step<Integer> failingTimes(int times, MeshError error, AtomicInteger tried) {
    return Step.of(
        () -> tried.incrementAndGet() <= times ? Result.err(error) : Result.ok(tried.get()));
  }

  /** P8: the first attempt counts; the last error tells attempts and time. */
  @Test
  void attemptsIncludeTheFirst() throws Exception {
    var tried = new AtomicInteger();
    assertEquals(
        Result.ok(3), retry(RetryPolicy.defaults(), failingTimes(2, Given.safe("x"), tried)));
    tried.set(0);
    var failed =
        AllTest.error(retry(RetryPolicy.defaults(), failingTimes(9, Given.safe("x"), tried)));
    assertEquals(3, tried.get());
    assertEquals("3", failed.details().get("attempts"));
    assertTrue(Long.parseLong(failed.details().get("elapsed_ms")) > 0);
  }

  /** P8: equal jitter: pause k lies in [d/2, d], d = min(cap, base · factor^k). */
  @Test
  void pausesFollowTheFormula() throws Exception {
    var policy =
        RetryPolicy.defaults()
            .withAttempts(9)
            .withPauses(Duration.ofMillis(100), Duration.ofSeconds(2));
    retry(policy, failingTimes(99, Given.safe("x"), new AtomicInteger()));
    assertEquals(8, pauses.size());
    for (var k = 0; k < pauses.size(); k++) {
      var d = Math.min(2_000, 100 << k);
      var pause = pauses.get(k).toMillis();
      assertTrue(pause >= d / 2 - 1 && pause <= d, "pause " + k + " was " + pause + " of " + d);
    }
    var drawn = pauses.stream().skip(5).distinct().count();
    assertTrue(drawn > 1, "no jitter: " + pauses);
  }

  /** P8: never below what the error asks for, whatever it asks for; never past the budget. */
  @Test
  void whatTheErrorAsksForAndTheBudgetHold() throws Exception {
    var busy = Given.safe("busy").with("retry_after_ms", "7000");
    retry(RetryPolicy.defaults(), failingTimes(9, busy, new AtomicInteger()));
    assertEquals(List.of(Duration.ofSeconds(7), Duration.ofSeconds(7)), pauses);
    pauses.clear();
    var tried = new AtomicInteger();
    var poor = RetryPolicy.defaults().withBudget(Duration.ofSeconds(10));
    retry(poor, failingTimes(9, busy, tried));
    assertEquals(List.of(Duration.ofSeconds(7)), pauses); // a second pause would end at 14 s
    assertEquals(2, tried.get());
    var nonsense = Given.safe("busy").with("retry_after_ms", "-1e99 soon");
    assertEquals(
        Result.ok(2),
        retry(RetryPolicy.defaults(), failingTimes(1, nonsense, new AtomicInteger())));
  }

  /** P8: NEVER, Canceled and exceptions are not retried; SAFE_WITH_KEY only with a key. */
  @Test
  void notEverythingIsRetried() throws Exception {
    var unknown = new MeshError.TimedOut(Duration.ofSeconds(1), "x");
    for (var error : List.of(Given.error("never"), new MeshError.Canceled("x"), unknown)) {
      var tried = new AtomicInteger();
      retry(RetryPolicy.defaults(), failingTimes(9, error, tried));
      assertEquals(1, tried.get(), error.text());
    }
    var tried = new AtomicInteger();
    retry(RetryPolicy.defaults().withKey(), failingTimes(9, unknown, tried));
    assertEquals(3, tried.get());
    var thrown = new AtomicInteger();
    Step<String> bug =
        Step.of(
            () -> {
              thrown.incrementAndGet();
              throw new IllegalStateException("bug");
            });
    assertThrows(IllegalStateException.class, () -> retry(RetryPolicy.defaults(), bug));
    assertEquals(1, thrown.get());
  }

  /** P8: a retry does not retry its own cancellation. */
  @Test
  void anInterruptedStepIsNotRetried() {
    var tried = new AtomicInteger();
    Step<String> interrupted =
        Step.of(
            () -> {
              tried.incrementAndGet();
              throw new InterruptedException();
            });
    assertThrows(InterruptedException.class, () -> retry(RetryPolicy.defaults(), interrupted));
    assertEquals(1, tried.get());
  }

  /**
   * P7: who is interrupted in a pause hears just that; what failed was undone, nothing is tried.
   */
  @Test
  void anInterruptedPauseEndsIt() {
    var log = new ArrayList<String>();
    var interrupted =
        new Timing(
            clock,
            new Random(8),
            pause -> {
              log.add("pause");
              Thread.currentThread().interrupt();
              Timing.system().sleep().spend(pause);
            });
    Step<String> step =
        undo -> {
          log.add("try");
          undo.onFailure("undo", () -> log.add("undo"));
          return Result.err(Given.safe("again"));
        };
    var hour = Duration.ofHours(1);
    var patient = RetryPolicy.defaults().withPauses(hour, hour).withBudget(Duration.ofDays(1));
    assertThrows(
        InterruptedException.class,
        () -> {
          try (var undo = Compensation.open("test")) {
            undo.onFailure("undo the caller's", () -> log.add("undo caller"));
            Retry.of(undo, patient, interrupted, step);
          }
        });
    assertEquals(List.of("try", "undo", "pause", "undo caller"), log);
    assertFalse(Thread.interrupted());
  }

  /**
   * P9: a failed attempt is undone before the next begins; the last one's stands if it succeeds.
   */
  @Test
  void attemptsAreUndoneOneByOne() throws Exception {
    var log = new ArrayList<String>();
    var tried = new AtomicInteger();
    Step<String> step =
        undo -> {
          var n = tried.incrementAndGet();
          log.add("try " + n);
          undo.onFailure("undo", () -> log.add("undo " + n));
          return n < 3 ? Result.err(Given.safe("again")) : Result.ok("done");
        };
    assertEquals(Result.ok("done"), Retry.of(quick(), step));
    assertEquals(List.of("try 1", "undo 1", "try 2", "undo 2", "try 3"), log);
  }

  static RetryPolicy quick() {
    return RetryPolicy.defaults().withPauses(Duration.ofNanos(1), Duration.ofNanos(1));
  }

  /** P8: half of it is certain, the other half is drawn; what the error asks for is a floor. */
  @Test
  void halfOfAPauseIsDrawn() {
    var policy = RetryPolicy.defaults();
    assertEquals(Duration.ofMillis(50), policy.pause(1, Given.safe("x"), () -> 0L));
    assertEquals(Duration.ofMillis(100), policy.pause(2, Given.safe("x"), () -> 0L));
    var half = policy.pause(1, Given.safe("x"), () -> Long.MIN_VALUE); // draws a half
    assertEquals(Duration.ofMillis(75), half);
    var most = policy.pause(1, Given.safe("x"), () -> -1L);
    assertEquals(100, most.plusNanos(1_000).toMillis());
    var soon = Given.safe("x").with("retry_after_ms", "10");
    assertEquals(Duration.ofMillis(50), policy.pause(1, soon, () -> 0L));
    var later = Given.safe("x").with("retry_after_ms", "60");
    assertEquals(Duration.ofMillis(60), policy.pause(1, later, () -> 0L));
  }
}
