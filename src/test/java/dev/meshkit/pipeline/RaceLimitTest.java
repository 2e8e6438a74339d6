package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P5: whatever a runner ends by, a limited race goes on; and nobody begins when it is over. */
@Timeout(60) // a runner that nobody lets begin is awaited for ever
class RaceLimitTest {
  private static Step<String> rude() {
    return Step.of(
        () -> {
          throw new InterruptedException("by itself");
        });
  }

  /** P5: the next one begins also after a runner that was interrupted by itself. */
  @Test
  void theNextBeginsAfterAnInterruptedOne() throws Exception {
    assertEquals(Result.ok("b"), Race.of(List.of(rude(), Given.ok("b")), 1));
    assertEquals(Result.ok("c"), Race.of(List.of(rude(), rude(), Given.ok("c")), 2));
    assertEquals("error.aggregate", AllTest.error(Race.of(List.of(rude(), rude()), 1)).code());
  }

  /** P5: 2,000 times: a loser that ends because it is cancelled lets nobody begin. */
  @Test
  void aCancelledOneLetsNobodyBegin() {
    Rounds.of(
        2_000,
        _ -> {
          var running = new CountDownLatch(1);
          var begun = new AtomicInteger();
          Step<Integer> loser =
              Step.of(
                  () -> {
                    running.countDown();
                    new CountDownLatch(1).await();
                    return Result.ok(-1);
                  });
          Step<Integer> winner =
              Step.of(
                  () -> {
                    running.await();
                    return Result.ok(0);
                  });
          Step<Integer> held = Step.of(() -> Result.ok(begun.incrementAndGet()));
          assertEquals(Result.ok(0), Race.of(List.of(loser, winner, held, held, held), 2));
          assertEquals(0, begun.get());
        });
  }
}
