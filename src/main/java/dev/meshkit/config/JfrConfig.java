package dev.meshkit.config;

/**
 * Section {@code jfr}: the flight recording a node keeps running.
 *
 * @param profile {@code meshkit} (default, low overhead), the path of a .jfc file, or {@code off}
 */
public record JfrConfig(String profile) {
  /** Checks ranges and relations. */
  public JfrConfig {
    Rules.of("jfr")
        .require("profile", !profile.isBlank(), "must be \"meshkit\", a path, or \"off\"")
        .check();
  }

  /** The defaults. */
  public static JfrConfig defaults() {
    return new JfrConfig("meshkit");
  }

  /** No recording. */
  public static JfrConfig off() {
    return new JfrConfig("off");
  }

  /** Whether nothing is recorded. */
  public boolean isOff() {
    return profile.equals("off");
  }

  /** This, with another profile. */
  public JfrConfig withProfile(String profile) {
    return new JfrConfig(profile);
  }
}
