package dev.meshkit.queue;

import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;

/** The clocks of a memory queue: its queue clock begins at the wall clock and follows no jump. */
final class MemoryClock {
  private final Clocks clocks;
  private final Instant wallAtOpen;
  private final Instant monotonicAtOpen;

  MemoryClock(Clocks clocks) {
    this.clocks = clocks;
    this.wallAtOpen = clocks.wall().instant();
    this.monotonicAtOpen = clocks.monotonic().instant();
  }

  /** The queue clock. */
  long nowMs() {
    return wallAtOpen.plus(Duration.between(monotonicAtOpen, monotonic())).toEpochMilli();
  }

  /** The later of the queue clock and the wall clock: one set back makes nothing younger. */
  long latestMs() {
    return Math.max(nowMs(), wall().toEpochMilli());
  }

  /** For stored timestamps, and appointments. */
  Instant wall() {
    return clocks.wall().instant();
  }

  /** For deadlines. */
  Instant monotonic() {
    return clocks.monotonic().instant();
  }

  Clocks clocks() {
    return clocks;
  }
}
