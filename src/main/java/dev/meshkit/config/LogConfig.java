package dev.meshkit.config;

/**
 * Section {@code log}: what the distribution writes; an application that embeds a node sets up its
 * own.
 *
 * @param level the least severe lines written; default {@link LogLevel#INFO}
 * @param format how they look; default {@link LogFormat#AUTO}
 */
public record LogConfig(LogLevel level, LogFormat format) {
  /** The defaults. */
  public static LogConfig defaults() {
    return new LogConfig(LogLevel.INFO, LogFormat.AUTO);
  }

  /** This, with another level. */
  public LogConfig withLevel(LogLevel level) {
    return new LogConfig(level, format);
  }

  /** This, with another format. */
  public LogConfig withFormat(LogFormat format) {
    return new LogConfig(level, format);
  }
}
