package dev.meshkit.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock of delays and times to live: grows with the monotonic clock while running, and by what
 * the wall clock says of the time in between, within bounds, at a start. Thread-safe.
 *
 * <p>So a wall clock set back delays nothing, and a wild one ahead expires at most {@code
 * maxDowntime}'s worth.
 */
final class QueueClock implements InstantSource {
  private final InstantSource monotonic;
  private final Instant atOpen;
  private final Instant monotonicAtOpen;
  private final Duration gained;

  private QueueClock(InstantSource monotonic, Instant atOpen, Duration gained) {
    this.monotonic = monotonic;
    this.atOpen = atOpen;
    this.gained = gained;
    this.monotonicAtOpen = monotonic.instant();
  }

  /** The clock of a file that stopped as {@code last} says. */
  static QueueClock resume(StoreOptions options, Opening.Progress last) {
    var wallMs = options.clocks().wall().instant().toEpochMilli();
    var startMs =
        last.wallMs() == 0
            ? wallMs
            : last.queueMs()
                + Math.clamp(wallMs - last.wallMs(), 0, options.limits().maxDowntime().toMillis());
    var gainedMs = last.wallMs() == 0 ? 0 : (wallMs - startMs) - (last.wallMs() - last.queueMs());
    return new QueueClock(
        options.clocks().monotonic(), Instant.ofEpochMilli(startMs), Duration.ofMillis(gainedMs));
  }

  /** How far the wall clock moved against this one from the last stop to this start. */
  Duration gainedAtOpen() {
    return gained;
  }

  @Override
  public Instant instant() {
    return atOpen.plus(Duration.between(monotonicAtOpen, monotonic.instant()));
  }
}
