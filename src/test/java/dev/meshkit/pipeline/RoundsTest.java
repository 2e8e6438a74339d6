package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the seeded loops themselves promise. */
class RoundsTest {
  @Test
  void aFailingRoundPrintsItsSeed() {
    var tried = new ArrayList<Integer>();
    var failed =
        assertThrows(
            AssertionError.class,
            () ->
                Rounds.of(
                    10,
                    chance -> {
                      tried.add(chance.nextInt(1_000));
                      assertTrue(tried.size() < 4, "the fourth");
                    }));
    assertEquals(4, tried.size());
    assertTrue(failed.getMessage().startsWith("seed 3 "), failed.getMessage());
  }

  @Test
  void theSameSeedDrawsTheSame() {
    var draws = new ArrayList<Integer>();
    Rounds.of(3, chance -> draws.add(chance.nextInt(1_000)));
    Rounds.of(3, chance -> draws.add(chance.nextInt(1_000)));
    assertEquals(draws.subList(0, 3), draws.subList(3, 6));
    assertEquals(3, draws.stream().distinct().count());
  }

  /** A thread that a round leaves behind is seen; one that it joins is not. */
  @Test
  void aThreadThatIsLeftIsSeen() throws Exception {
    var release = new CountDownLatch(1);
    var left = Thread.ofVirtual().unstarted(() -> await(release));
    var seen =
        Threads.leftBy(
            () -> {
              left.start();
              Thread.ofVirtual().start(() -> {}).join();
            });
    release.countDown();
    left.join();
    assertEquals(List.of(left.threadId()), List.copyOf(seen));
  }

  @Test
  void roundsThatLeaveAThreadFail() throws Exception {
    var release = new CountDownLatch(1);
    var left = Thread.ofVirtual().unstarted(() -> await(release));
    assertThrows(AssertionError.class, () -> Rounds.of(1, _ -> left.start()));
    release.countDown();
    left.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      // released
    }
  }
}
