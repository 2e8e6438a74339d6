package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code gossip}: how fast news spreads and how soon silence is held against a peer.
 *
 * @param interval between two rounds of rumours, 10 ms – 10 s, default 200 ms; shorter spreads
 *     faster and costs more
 * @param probeInterval between two probes of a neighbour, 50 ms – 60 s and at least {@code
 *     interval}, default 1 s; a death is seen about {@code (1 + suspicionMin) × probeInterval}
 *     later
 * @param suspicionMin α: a suspect has at least α · max(1, log10 n) probe intervals to refute;
 *     1–60, default 3
 * @param suspicionMax β: and at most β times that, while nobody confirms; {@code suspicionMin}–120,
 *     default 6
 * @param confirmers how many others must suspect it too for the minimum to hold, 0–16, default 2
 */
public record GossipConfig(
    Duration interval, Duration probeInterval, int suspicionMin, int suspicionMax, int confirmers) {
  /** Checks ranges and relations. */
  public GossipConfig {
    Rules.of("gossip")
        .range("interval", interval, Duration.ofMillis(10), Duration.ofSeconds(10))
        .range("probe_interval", probeInterval, Duration.ofMillis(50), Duration.ofSeconds(60))
        .atLeast("probe_interval", probeInterval, "interval", interval)
        .range("suspicion_min", suspicionMin, 1, 60)
        .range("suspicion_max", suspicionMax, 1, 120)
        .atLeast("suspicion_max", suspicionMax, "suspicion_min", suspicionMin)
        .range("confirmers", confirmers, 0, 16)
        .check();
  }

  /** The defaults. */
  public static GossipConfig defaults() {
    return new GossipConfig(Duration.ofMillis(200), Duration.ofSeconds(1), 3, 6, 2);
  }

  /** This, with another interval. */
  public GossipConfig withInterval(Duration interval) {
    return new GossipConfig(interval, probeInterval, suspicionMin, suspicionMax, confirmers);
  }

  /** This, with another probe interval. */
  public GossipConfig withProbeInterval(Duration probeInterval) {
    return new GossipConfig(interval, probeInterval, suspicionMin, suspicionMax, confirmers);
  }

  /** This, with another minimum. */
  public GossipConfig withSuspicionMin(int suspicionMin) {
    return new GossipConfig(interval, probeInterval, suspicionMin, suspicionMax, confirmers);
  }

  /** This, with another maximum. */
  public GossipConfig withSuspicionMax(int suspicionMax) {
    return new GossipConfig(interval, probeInterval, suspicionMin, suspicionMax, confirmers);
  }

  /** This, with another number of confirmers. */
  public GossipConfig withConfirmers(int confirmers) {
    return new GossipConfig(interval, probeInterval, suspicionMin, suspicionMax, confirmers);
  }
}
