package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call's own thread. */
@Timeout(120)
class ThreadLaneTest {
  private static final int ROUNDS = 20_000;

  /** T4, T5: whoever comes second while the first is still starting the thread is heard, too. */
  @Test
  void noWakeUpOfAFreshLaneIsLost() throws Exception {
    var lanes = new ThreadLane[ROUNDS];
    for (var i = 0; i < ROUNDS; i++) lanes[i] = new ThreadLane("lane");
    var heard = new CountDownLatch(2 * ROUNDS);
    var barrier = new CyclicBarrier(2);
    Runnable waker =
        () -> {
          for (var lane : lanes) {
            meet(barrier);
            lane.run(heard::countDown);
          }
        };
    var wakers = new Thread[] {Thread.ofPlatform().start(waker), Thread.ofPlatform().start(waker)};
    for (var one : wakers) one.join();
    assertTrue(heard.await(90, TimeUnit.SECONDS), () -> heard.getCount() + " were not heard");
    for (var lane : lanes) lane.end();
  }

  /**
   * T4: who kept a call's thread and interrupts it, when or after it ran, does not make it spin.
   */
  @Test
  void anInterruptedLaneRestsAgain() throws Exception {
    var lane = new ThreadLane("lane");
    var threads = new LinkedBlockingQueue<Thread>();
    lane.run(
        () -> {
          Thread.currentThread().interrupt();
          threads.add(Thread.currentThread());
        });
    var thread = threads.take();
    awaitRest(thread);
    thread.interrupt();
    awaitRest(thread);
    var heard = new CountDownLatch(1);
    lane.run(heard::countDown);
    assertTrue(heard.await(90, TimeUnit.SECONDS), "it still hears");
    lane.end();
  }

  private static void awaitRest(Thread lane) {
    Awaitility.await("the lane parks")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !lane.isInterrupted() && lane.getState() == Thread.State.WAITING);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }
}
