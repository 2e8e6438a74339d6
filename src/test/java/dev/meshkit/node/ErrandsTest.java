package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What gossip sends out comes back, and ends with it. */
class ErrandsTest {
  private final Clocks clocks = Clocks.system();
  private final Mailbox<Input> answers = new Mailbox<>(10, clocks.monotonic());
  private final Input failed = new Input.Undialled(new Endpoint("n1.test", 7443));

  /** The core waits for the answer of each errand: one that meets a fault has failed. */
  @Test
  void anErrandThatMeetsAFaultIsAFailedOne() throws Exception {
    try (var errands = new Errands(answers)) {
      errands.go(
          () -> {
            throw new IllegalStateException("a fault");
          },
          failed);
      var until = clocks.monotonic().instant().plus(Duration.ofSeconds(30));
      assertEquals(failed, answers.take(until, new Input.Tick()));
    }
  }

  /** Closed, nothing is at work any more, also what takes its time to end. */
  @Test
  void theyHaveEndedWhenTheyAreClosed() throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    var errands = new Errands(answers);
    errands.go(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            assertFalse(new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS)); // slow to end
            ended.set(true);
          }
          return failed;
        },
        failed);
    begun.await();
    errands.close();
    assertTrue(ended.get());
    assertEquals(0, answers.depth());
  }
}
