package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How often something is done that is done again and again. The shortest of some intervals is what
 * a busy machine changes least: nothing makes a period shorter than it is.
 */
final class Rhythm {
  private static final int INTERVALS = 3;

  private final LinkedBlockingQueue<Long> beats = new LinkedBlockingQueue<>();

  /** It was done once more. Any thread. */
  void beat() {
    beats.add(System.nanoTime());
  }

  /** Waits for the first intervals; the shortest. */
  Duration shortest() throws InterruptedException {
    var shortest = Long.MAX_VALUE;
    var last = next();
    for (var i = 0; i < INTERVALS; i++) {
      var now = next();
      shortest = Math.min(shortest, now - last);
      last = now;
    }
    return Duration.ofNanos(shortest);
  }

  /** Waits until it is done once more than now. */
  void another() throws InterruptedException {
    beats.clear();
    next();
  }

  private long next() throws InterruptedException {
    var beat = beats.poll(90, TimeUnit.SECONDS);
    assertNotNull(beat, "it is not done any more");
    return beat;
  }
}
