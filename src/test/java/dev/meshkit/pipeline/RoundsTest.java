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

  /** Begins, and stays until it is released. */
  private static final class Lingering {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final Thread thread = Thread.ofVirtual().unstarted(this::linger);

    void begin() throws InterruptedException {
      thread.start();
      begun.await(); // one that has not run yet has not begun for the flight recorder either
    }

    void end() throws InterruptedException {
      released.countDown();
      thread.join();
    }

    private void linger() {
      begun.countDown();
      try {
        released.await();
      } catch (InterruptedException _) {
        // released all the same
      }
    }
  }

  /** A thread that is left behind is seen; one that is joined is not. */
  @Test
  void aThreadThatIsLeftIsSeen() throws Exception {
    var left = new Lingering();
    var seen =
        Threads.leftBy(
            () -> {
              left.begin();
              Thread.ofVirtual().start(() -> {}).join();
            });
    left.end();
    assertEquals(List.of(left.thread.threadId()), List.copyOf(seen));
  }

  @Test
  void roundsThatLeaveAThreadFail() throws Exception {
    var left = new Lingering();
    assertThrows(AssertionError.class, () -> Rounds.of(1, _ -> left.begin()));
    left.end();
  }
}
