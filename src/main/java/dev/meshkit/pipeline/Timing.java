package dev.meshkit.pipeline;

import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The time and chance that retries, timeouts and tickers go by; a test gives its own.
 *
 * @param monotonic only grows
 * @param chance jitter
 * @param sleep how a pause is spent; interruptible
 */
public record Timing(InstantSource monotonic, RandomGenerator chance, Sleep sleep) {
  private static final Duration ENDLESS = Duration.ofDays(36_500);

  /** Spends a pause. */
  @FunctionalInterface
  public interface Sleep {
    /** Blocks for {@code pause}. */
    void spend(Duration pause) throws InterruptedException;
  }

  private static final Timing SYSTEM =
      new Timing(Clocks.system().monotonic(), Chance.secure(), Thread::sleep);

  /** This machine's. */
  public static Timing system() {
    return SYSTEM;
  }

  /** As many milliseconds as a long can hold, for texts. */
  static long millis(Duration any) {
    return TimeUnit.MILLISECONDS.convert(any);
  }

  /** The moment {@code wait} from {@code now}; a wait without end is {@link Instant#MAX}. */
  static Instant after(Instant now, Duration wait) {
    return wait.compareTo(ENDLESS) > 0 ? Instant.MAX : now.plus(wait);
  }
}
