package dev.meshkit.config;

/** The timing of an election, as a whole: heartbeat, promise, jitter and the largest promise. */
public enum ElectionProfile {
  /** Heartbeat 100 ms, promise 700 ms, largest promise 2 s: a local network. */
  REGION,
  /** Heartbeat 500 ms, promise 3 s, largest promise 10 s: between regions. */
  WAN,
  /** Heartbeat 25 ms, promise 150 ms, largest promise 1 s: one rack, or a test. */
  FAST
}
