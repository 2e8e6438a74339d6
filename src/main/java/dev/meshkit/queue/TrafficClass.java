package dev.meshkit.queue;

import java.time.Duration;
import java.util.Locale;

/** What kind of traffic a lane carries; its ordinal is the column {@code cls}. */
public enum TrafficClass {
  /** Commands and notices. */
  CONTROL(Duration.ofDays(7)),
  /** The newest state of something. */
  STATE(Duration.ofHours(1)),
  /** Everything else, and the default. */
  BULK(Duration.ofDays(7));

  private final Duration ttl;

  TrafficClass(Duration ttl) {
    this.ttl = ttl;
  }

  /** How long a task of this class lives unless it says otherwise. */
  public Duration ttl() {
    return ttl;
  }

  /** The name in views and on the wire: {@code bulk}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
