package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code gate}: how changes are rolled out, and for how long runs are kept.
 *
 * @param retireSoak for how long nobody may have used a version before it is retired, 1 s – 30 d,
 *     default 10 m; that of the node that is asked counts
 * @param runKeep for how long what a run has recorded stays after its end, 1 s – 365 d, default 24
 *     h
 * @param runTombstone for how long its name stays after that, so that it is not done again, 1 s –
 *     365 d, default 30 d; longer than anybody may ask for it again, by a redrive or otherwise
 * @param flipDrain how long what is open on a road that is left has to end, or to move to its
 *     successor, 1 s – 5 m, default 10 s: what has no receipt by then is sent again there
 */
public record GateConfig(
    Duration retireSoak, Duration runKeep, Duration runTombstone, Duration flipDrain) {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration YEAR = Duration.ofDays(365);

  /** Checks ranges. */
  public GateConfig {
    Rules.of("gate")
        .range("retire_soak", retireSoak, LEAST, Duration.ofDays(30))
        .range("run_keep", runKeep, LEAST, YEAR)
        .range("run_tombstone", runTombstone, LEAST, YEAR)
        .range("flip_drain", flipDrain, LEAST, Duration.ofMinutes(5))
        .check();
  }

  /** The defaults. */
  public static GateConfig defaults() {
    return new GateConfig(
        Duration.ofMinutes(10), Duration.ofHours(24), Duration.ofDays(30), Duration.ofSeconds(10));
  }

  /** This one with another time in which nobody may have used what is retired. */
  public GateConfig withRetireSoak(Duration soak) {
    return new GateConfig(soak, runKeep, runTombstone, flipDrain);
  }

  /** This one with another time for what is open on a road that is left. */
  public GateConfig withFlipDrain(Duration drain) {
    return new GateConfig(retireSoak, runKeep, runTombstone, drain);
  }
}
