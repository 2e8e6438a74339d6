package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;

/** One step with a budget of time. */
class TimeoutTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(5);

  /** P10: in time it is as if there were no budget. */
  @Test
  void inTimeTheResultStands() throws Exception {
    assertEquals(Result.ok("a"), Timeout.of(LONG, Given.ok("a")));
    assertEquals(Given.err("b"), Timeout.of(LONG, Given.failing("b")));
    assertThrows(IllegalArgumentException.class, () -> Timeout.of(Duration.ZERO, Given.ok("a")));
  }

  /** P10: interrupted, awaited, and a late success undone; the error tells its budget. */
  @Test
  void aLateSuccessIsUndone() throws Exception {
    var begun = new AtomicInteger();
    var undone = new AtomicInteger();
    Step<String> late =
        undo -> {
          undo.onFailure("count", undone::incrementAndGet);
          begun.incrementAndGet();
          return Given.stubborn("late").run(undo);
        };
    while (begun.get() == 0) { // on a busy machine the budget may end before the step begins
      var failed = AllTest.error(Timeout.of(SHORT, late));
      assertEquals("error.timeout", failed.code());
      assertEquals("5", failed.details().get("budget_ms"));
    }
    assertEquals(1, undone.get());
  }

  /** P10: nested deadlines only shorten; forks and scoped values see the one that holds. */
  @Test
  void nestedDeadlinesOnlyShorten() throws Exception {
    var seen = new AtomicReference<Duration>();
    Step<String> look =
        Step.of(
            () -> {
              seen.set(Deadline.current().orElseThrow().left());
              return Result.ok("seen");
            });
    Step<String> forked = undo -> All.of(undo, List.of(look)).map(List::getFirst);
    Timeout.of(Duration.ofSeconds(60), undo -> Timeout.of(undo, LONG, forked)).orThrow();
    assertTrue(seen.get().compareTo(Duration.ofSeconds(60)) <= 0, "left: " + seen);
    Timeout.of(LONG, undo -> Timeout.of(undo, Duration.ofSeconds(60), forked)).orThrow();
    assertTrue(seen.get().compareTo(Duration.ofSeconds(60)) <= 0, "left: " + seen);
    assertEquals(java.util.Optional.empty(), Deadline.current());
    var outer = Timeout.of(SHORT, undo -> Timeout.of(undo, LONG, Given.<String>forever()));
    assertEquals("error.timeout", AllTest.error(outer).code());
  }

  /** P10: a timeout inside a retry is retried only with a key. */
  @Test
  void aTimeoutMayBeRetriedWithAKey() throws Exception {
    var tried = new AtomicInteger();
    Step<Integer> secondTime =
        undo ->
            tried.incrementAndGet() == 1
                ? Given.<Integer>forever().run(undo)
                : Result.ok(tried.get());
    var policy = RetryTest.quick().withAttempts(100).withKey(); // a busy machine may need a third
    var result = Retry.of(policy, undo -> Timeout.of(undo, Duration.ofMillis(50), secondTime));
    assertTrue(result.isOk(), result.toString());
    var once = Timeout.of(SHORT, Given.<Integer>forever());
    tried.set(0);
    Step<Integer> timedOut =
        Step.of(
            () -> {
              tried.incrementAndGet();
              return once;
            });
    assertEquals("error.timeout", AllTest.error(Retry.of(RetryTest.quick(), timedOut)).code());
    assertEquals(1, tried.get());
  }

  /** P10: a branch that ignores its interruption is awaited, and named while it is. */
  @Test
  void aBranchThatIgnoresItsInterruptionIsNamed() throws Exception {
    var named = new CountDownLatch(1);
    try (var recording = new RecordingStream()) {
      recording.enable("meshkit.SlowCancel");
      recording.setReuse(false);
      recording.onEvent(
          "meshkit.SlowCancel",
          event -> {
            assertEquals("timeout", event.getString("combinator"));
            named.countDown();
          });
      recording.startAsync();
      var begun = new AtomicInteger();
      Step<String> deaf =
          Step.of(
              () -> {
                begun.incrementAndGet();
                awaitDeaf(named);
                return Result.ok("late");
              });
      while (begun.get() == 0) { // on a busy machine the budget may end before the step begins
        var failed = AllTest.error(Timeout.of(SHORT, deaf));
        assertEquals(new MeshError.TimedOut(SHORT, failed.tried()), failed);
      }
    }
    assertEquals(0, named.getCount());
  }

  static void awaitDeaf(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException _) {
        // deaf
      }
    }
  }
}
