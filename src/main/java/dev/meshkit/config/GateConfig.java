package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code gate}: how changes are rolled out.
 *
 * @param retireSoak for how long nobody may have used a version before it is retired, 1 s – 30 d,
 *     default 10 m; that of the node that is asked counts
 */
public record GateConfig(Duration retireSoak) {
  /** Checks ranges. */
  public GateConfig {
    Rules.of("gate")
        .range("retire_soak", retireSoak, Duration.ofSeconds(1), Duration.ofDays(30))
        .check();
  }

  /** The defaults. */
  public static GateConfig defaults() {
    return new GateConfig(Duration.ofMinutes(10));
  }
}
