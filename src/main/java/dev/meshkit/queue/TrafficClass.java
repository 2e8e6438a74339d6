package dev.meshkit.queue;

import java.time.Duration;
import java.util.Locale;

/** What kind of traffic a lane carries; {@link #number()} is the column, fixed by the format. */
public enum TrafficClass {
  /** Commands and notices. */
  CONTROL(0, Duration.ofDays(7)),
  /** The newest state of something. */
  STATE(1, Duration.ofHours(1)),
  /** Everything else, and the default. */
  BULK(2, Duration.ofDays(7));

  private final int number;
  private final Duration ttl;

  TrafficClass(int number, Duration ttl) {
    this.number = number;
    this.ttl = ttl;
  }

  /** The number in the file. */
  public int number() {
    return number;
  }

  /** The class of a number in the file. */
  static TrafficClass of(int number) {
    for (var cls : values()) if (cls.number == number) return cls;
    throw new IllegalArgumentException("no class has the number " + number);
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
