package dev.meshkit.queue;

import java.time.Duration;

/**
 * A pump's rules.
 *
 * @param concurrency tasks in handlers' hands at a time, 1–65,536
 * @param drain how long {@link TaskQueuePump#stop} waits for running handlers before it interrupts
 *     them; ZERO interrupts at once; default 10 s
 * @param platform whether each handler has a thread of the operating system, which one that spins
 *     shares with nobody, instead of a virtual one; default false
 */
public record PumpOptions(int concurrency, Duration drain, boolean platform) {
  private static final int MOST = 65_536;

  /** Checks the bounds. */
  public PumpOptions {
    if (concurrency < 1 || concurrency > MOST) {
      throw new IllegalArgumentException("want 1 to " + MOST + " handlers, not " + concurrency);
    }
    if (drain.isNegative()) throw new IllegalArgumentException("a drain is not negative: " + drain);
    drain = Horizon.of(drain);
  }

  /** This many handlers at a time, and ten seconds to drain. */
  public static PumpOptions concurrency(int handlers) {
    return new PumpOptions(handlers, Duration.ofSeconds(10), false);
  }

  /** Another wait for running handlers. */
  public PumpOptions withDrain(Duration wait) {
    return new PumpOptions(concurrency, wait, platform);
  }

  /**
   * Handlers on threads of the operating system, for those that compute for long or wait in native
   * code: any number of them then leaves the others, and everything else that is virtual, a
   * processor's time. Each costs a stack, and some tens of microseconds to start.
   */
  public PumpOptions withPlatformThreads() {
    return new PumpOptions(concurrency, drain, true);
  }
}
