package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What calls lean on does not fail them: loops that have ended, and a pool that others share. */
@Timeout(60)
class LoopsEndTest {
  @Test
  void aCommandAfterTheLoopsEndConcernsNobody() throws Exception {
    var loop = new DefaultEventLoop();
    var commands = new Commands(loop, new Tallies());
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    var run = new CountDownLatch(1);
    commands.run(run::countDown); // as a half-close that comes late
    assertEquals(1, run.getCount());
  }

  /**
   * T5, T10: an application's tasks may keep the JDK's common pool busy for as long as they like.
   */
  @Test
  void deadlinesPassThoughTheCommonPoolIsBusy() throws Exception {
    var over = new CountDownLatch(1);
    try {
      for (var i = 0; i < 4 * ForkJoinPool.getCommonPoolParallelism(); i++) {
        ForkJoinPool.commonPool().execute(() -> await(over));
      }
      var passed = new CountDownLatch(1);
      var _ = Deadlines.ALL.schedule(passed::countDown, 1, TimeUnit.MILLISECONDS);
      assertTrue(passed.await(90, TimeUnit.SECONDS));
    } finally {
      over.countDown();
    }
  }

  private static void await(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
