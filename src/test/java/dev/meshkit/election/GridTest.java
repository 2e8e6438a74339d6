package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When all that may wait for one point of time happens. */
final class GridTest {
  private static final Duration THIRD = Duration.ofNanos(1_000_000_000 / 3);

  /**
   * Three thirds are a second, for ever: what beats once a second beats with each third of them.
   */
  @Test
  void threeThirdsOfASecondAreOne() {
    var at = Instant.ofEpochSecond(1_000_000);
    for (var beat = 1; beat <= 3_000; beat++) {
      at = Grid.last(at, THIRD, Duration.ZERO);
      if (beat % 3 == 0) assertEquals(Instant.ofEpochSecond(1_000_000 + beat / 3), at);
    }
  }

  /** The last that is no later than a step away, and one more would be. */
  @Test
  void theLastThatIsNoLaterThanAStepAway() {
    var draws = new SplittableRandom(7);
    for (var step :
        new Duration[] {
          THIRD, Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofMillis(600)
        })
      for (var draw = 0; draw < 10_000; draw++) {
        var from = Instant.ofEpochSecond(draws.nextInt(1_000_000), draws.nextInt(1_000_000_000));
        var next = Grid.last(from, step, Duration.ZERO);
        assertTrue(
            next.isAfter(from) && !next.isAfter(from.plus(step).plusNanos(1)), from + " " + step);
        assertTrue(
            Grid.last(next, step, Duration.ZERO).isAfter(from.plus(step)), from + " " + step);
      }
  }

  /** What may not happen so soon happens as soon as it may. */
  @Test
  void noSoonerThanTheLeast() {
    var from = Instant.ofEpochSecond(5).plusMillis(900);
    assertEquals(
        from.plusMillis(300), Grid.last(from, Duration.ofSeconds(1), Duration.ofMillis(300)));
    assertEquals(
        Instant.ofEpochSecond(6), Grid.last(from, Duration.ofSeconds(1), Duration.ofMillis(90)));
  }
}
