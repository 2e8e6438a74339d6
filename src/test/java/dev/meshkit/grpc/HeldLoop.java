package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps an event loop away for a while, so that what is given to it meanwhile is one turn's. */
final class HeldLoop {
  private HeldLoop() {}

  /** What is given to it. */
  @FunctionalInterface
  interface Work {
    /** Gives it. */
    void run() throws Exception;
  }

  /** Does {@code work} while the loop is kept away. */
  static void during(EventLoop loop, Work work) throws Exception {
    var busy = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    loop.execute(
        () -> {
          busy.countDown();
          await(free);
        });
    await(busy);
    try {
      work.run();
    } finally {
      free.countDown();
    }
  }

  /** Waits for a latch, at most 30 s. */
  static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(90, TimeUnit.SECONDS), "in time");
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
