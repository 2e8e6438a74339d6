package dev.meshkit.queue;

import java.time.Duration;
import java.util.Locale;

/** What kind of traffic a lane carries; {@link #number()} is the column, fixed by the format. */
public enum TrafficClass {
  /** Commands and notices. */
  CONTROL(0, Duration.ofDays(7), 8),
  /** The newest state of something. */
  STATE(1, Duration.ofHours(1), 4),
  /** Everything else, and the default. */
  BULK(2, Duration.ofDays(7), 1);

  private static final int ALL_SHARES = 8; // of which each class's share is a divisor

  private final int number;
  private final Duration ttl;
  private final int share;

  TrafficClass(int number, Duration ttl, int share) {
    this.number = number;
    this.ttl = ttl;
    this.share = share;
  }

  /** The number in the file. */
  public int number() {
    return number;
  }

  /** How far one task moves the class back, where all want to be served. */
  int stride() {
    return ALL_SHARES / share;
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
