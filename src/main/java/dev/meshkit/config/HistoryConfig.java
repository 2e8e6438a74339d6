package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code history}: how much of the past {@code meshkit events} can tell; the oldest go
 * first.
 *
 * @param eventRows events kept, 100–10,000,000, default 50,000
 * @param eventAge how long an event is kept, 1 m – 365 d, default 14 d
 */
public record HistoryConfig(int eventRows, Duration eventAge) {
  /** Checks ranges and relations. */
  public HistoryConfig {
    Rules.of("history")
        .range("event_rows", eventRows, 100, 10_000_000)
        .range("event_age", eventAge, Duration.ofMinutes(1), Duration.ofDays(365))
        .check();
  }

  /** The defaults. */
  public static HistoryConfig defaults() {
    return new HistoryConfig(50_000, Duration.ofDays(14));
  }

  /** This, with another number of rows. */
  public HistoryConfig withEventRows(int eventRows) {
    return new HistoryConfig(eventRows, eventAge);
  }

  /** This, with another age. */
  public HistoryConfig withEventAge(Duration eventAge) {
    return new HistoryConfig(eventRows, eventAge);
  }
}
