package dev.meshkit.grpc;

import java.time.Duration;

/** Notices what does not move on for too long, in ticks. Confined to one thread. */
final class Stall {
  private final long limit;
  private long position;
  private long ticks;

  Stall(Duration limit) {
    this.limit = Ticks.of(limit);
  }

  /** Whether it has now been {@code waiting} at this {@code position} for the whole limit. */
  boolean tick(boolean waiting, long where) {
    if (!waiting || where != position) {
      position = where;
      ticks = 0;
      return false;
    }
    ticks++;
    return ticks >= limit;
  }
}
