package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The first loop that fails stops the others, and is named. */
class LoopsTest {
  @Test
  void aFailedLoopInterruptsTheOthersAndIsNamed() {
    var interrupted = new CountDownLatch(1);
    var patient =
        new Loops.Loop(
            "patient",
            () -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
            });
    var broken =
        new Loops.Loop(
            "broken",
            () -> {
              throw new IOException("planted");
            });
    var thrown =
        assertThrows(IllegalStateException.class, () -> Loops.run(List.of(patient, broken)));
    assertEquals(
        "loop 'broken' failed: java.io.IOException: planted", thrown.getCause().getMessage());
    assertEquals(0, interrupted.getCount());
  }

  @Test
  void interruptingTheCallerEndsAllLoopsBeforeItReturns() throws InterruptedException {
    var started = new CountDownLatch(2);
    var ended = new CountDownLatch(2);
    var loop =
        new Loops.Loop(
            "loop",
            () -> {
              started.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                ended.countDown();
              }
            });
    var runner =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThrows(InterruptedException.class, () -> Loops.run(List.of(loop, loop))));
    started.await();
    runner.interrupt();
    assertTrue(ended.await(90, TimeUnit.SECONDS));
    runner.join();
  }
}
