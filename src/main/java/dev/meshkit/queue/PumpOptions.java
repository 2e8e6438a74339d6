package dev.meshkit.queue;

import java.time.Duration;

/**
 * A pump's rules.
 *
 * @param concurrency tasks in handlers' hands at a time, 1–65,536
 * @param drain how long {@link TaskQueuePump#stop} waits for running handlers before it interrupts
 *     them; ZERO interrupts at once; default 10 s
 */
public record PumpOptions(int concurrency, Duration drain) {
  private static final int MOST = 65_536;

  /** Checks the bounds. */
  public PumpOptions {
    if (concurrency < 1 || concurrency > MOST) {
      throw new IllegalArgumentException("want 1 to " + MOST + " handlers, not " + concurrency);
    }
    if (drain.isNegative()) throw new IllegalArgumentException("a drain is not negative: " + drain);
  }

  /** This many handlers at a time, and ten seconds to drain. */
  public static PumpOptions concurrency(int handlers) {
    return new PumpOptions(handlers, Duration.ofSeconds(10));
  }

  /** Another wait for running handlers. */
  public PumpOptions withDrain(Duration wait) {
    return new PumpOptions(concurrency, wait);
  }
}
