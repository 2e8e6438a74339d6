package dev.meshkit.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Section {@code data}: where what must last is kept.
 *
 * @param dir the data directory, of one process, not on a network file system; default {@code
 *     /var/lib/meshkit}
 * @param stopDeadline how long a graceful stop may take, 1 s – 1 h, default 60 s; at the deadline
 *     leases are released and the process ends
 */
public record DataConfig(Path dir, Duration stopDeadline) {
  /** Checks ranges and relations. */
  public DataConfig {
    Rules.of("data")
        .range("stop_deadline", stopDeadline, Duration.ofSeconds(1), Duration.ofHours(1))
        .check();
  }

  /** The defaults. */
  public static DataConfig defaults() {
    return new DataConfig(Path.of("/var/lib/meshkit"), Duration.ofSeconds(60));
  }

  /** The directory {@code dir}, everything else by default. */
  public static DataConfig of(Path dir) {
    return defaults().withDir(dir);
  }

  /** This, with another directory. */
  public DataConfig withDir(Path dir) {
    return new DataConfig(dir, stopDeadline);
  }

  /** This, with another deadline. */
  public DataConfig withStopDeadline(Duration stopDeadline) {
    return new DataConfig(dir, stopDeadline);
  }
}
