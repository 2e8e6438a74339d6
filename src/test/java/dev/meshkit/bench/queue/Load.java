package dev.meshkit.bench.queue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One side of a contest: works for a while. */
interface Load extends AutoCloseable {
  /** What every task carries, bytes. */
  int BODY_BYTES = 256;

  /** How much it got done in a second. */
  double perSecond(Duration time) throws Exception;

  /** A benchmark measures a span of time, so here waiting is the work. */
  static void pass(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    for (var left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** What so many in so long are in a second. */
  static double rate(long count, long nanos) {
    return count * 1e9 / nanos;
  }
}
