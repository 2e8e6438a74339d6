package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import java.time.Duration;

/**
 * How an effect store keeps runs.
 *
 * @param keep for how long the effects of a run stay after its end; 24 h unless told
 * @param tombstone for how long its name stays after that, so that it is not done again; 30 d
 * @param cluster what tokens of shared runs are made of: the same on every node of a cluster, and
 *     no other's; empty if there are none
 * @param build this build, for people
 */
public record EffectOptions(Duration keep, Duration tombstone, Bytes cluster, String build) {
  /** Keeps them as long as it does unless told, without a cluster. */
  public static final EffectOptions DEFAULTS =
      new EffectOptions(Duration.ofHours(24), Duration.ofDays(30), Bytes.EMPTY, "");

  /** Checks the times. */
  public EffectOptions {
    if (!keep.isPositive() || !tombstone.isPositive())
      throw new IllegalArgumentException("runs are kept for a time that is positive");
  }

  /** These options in a cluster. */
  public EffectOptions cluster(Bytes identity) {
    return new EffectOptions(keep, tombstone, identity, build);
  }

  /** These options of a build that runs are to say they began with. */
  public EffectOptions build(String version) {
    return new EffectOptions(keep, tombstone, cluster, version);
  }

  /** These options for runs kept for other times. */
  public EffectOptions kept(Duration after, Duration name) {
    return new EffectOptions(after, name, cluster, build);
  }
}
