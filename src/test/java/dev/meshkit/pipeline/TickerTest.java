package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** P21: ticks. */
class TickerTest {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final Source.Next<Ticker.Tick> NOTHING = new Source.Next.Nothing<>();

  private final Given.Clock clock = new Given.Clock();

  private static Source.Next<Ticker.Tick> tick(long missed) {
    return new Source.Next.Got<>(Result.ok(new Ticker.Tick(missed)));
  }

  /** P21: the first tick comes after one period, not at once. */
  @Test
  void theFirstTickComesAfterOnePeriod() throws Exception {
    var ticks = Ticker.every(PERIOD, clock);
    assertEquals(NOTHING, ticks.take(Duration.ZERO));
    clock.go(PERIOD.minusNanos(1));
    assertEquals(NOTHING, ticks.take(Duration.ZERO));
    clock.go(Duration.ofNanos(1));
    assertEquals(tick(0), ticks.take(Duration.ZERO));
  }

  /**
   * P21: over 10⁶ ticks of virtual time, however late the reader is, what was told and missed is
   * what fell due since the start; a late reader gets one tick that counts the others.
   */
  @Test
  void aTickerDoesNotDrift() throws Exception {
    var ticks = Ticker.every(PERIOD, clock);
    var chance = new SplittableRandom(21);
    for (var told = 0L; told < 1_000_000; ) {
      clock.go(Duration.ofNanos(chance.nextInt(200_000_000)));
      var due = Duration.between(Instant.EPOCH, clock.instant()).dividedBy(PERIOD);
      if (due > told) assertEquals(tick(due - told - 1), ticks.take(Duration.ZERO));
      assertEquals(NOTHING, ticks.take(Duration.ZERO));
      told = due;
    }
  }

  /** P21: a period that is not positive is refused; stop ends it. */
  @Test
  void aTickerNeedsAPeriodAndEnds() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> Ticker.every(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> Ticker.every(PERIOD.negated()));
    var ticks = Ticker.every(PERIOD, clock);
    clock.go(PERIOD);
    ticks.close();
    assertInstanceOf(Source.Next.Ended.class, ticks.take(Duration.ofDays(1)));
    var select = Select.open(clock);
    var beat = select.ticker("beat", PERIOD);
    var cases = select.<Ticker.Tick>cases().on(beat, Result::ok);
    clock.go(PERIOD);
    beat.stop();
    assertInstanceOf(Chosen.Drained.class, cases.next(Duration.ofDays(1)));
  }
}
