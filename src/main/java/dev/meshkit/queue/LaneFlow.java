package dev.meshkit.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * How a lane moves: what came to it and what left it, a second, over the last minute.
 *
 * @param lane which
 * @param in tasks that were added, or brought back from the dead
 * @param out tasks that left it: done, dead, dropped, replaced or canceled
 */
public record LaneFlow(Lane lane, double in, double out) {
  private static final double LONGEST_SECONDS = 365 * 86_400.0;

  /**
   * How long until so many tasks have left, if it goes on like this; empty if more come than leave,
   * if there are none, or if it would take more than a year.
   */
  public Optional<Duration> drainEta(long tasks) {
    if (tasks <= 0 || out <= in) return Optional.empty();
    var seconds = tasks / (out - in);
    return seconds > LONGEST_SECONDS
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round(seconds * 1_000)));
  }
}
