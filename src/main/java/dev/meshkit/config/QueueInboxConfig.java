package dev.meshkit.config;

import java.time.Duration;

/**
 * Section {@code queue.inbox}: messages of peers.
 *
 * @param maxRun how long a handler may take for one before it is interrupted, which is a failed
 *     attempt, 100 ms – 1 h, default 30 s
 * @param keep how long it is remembered what a peer's file has sent once nothing is heard of that
 *     file any more, 1 m – 3,650 d, default 30 d: what comes later is taken for new. At least as
 *     long as a message may wait anywhere in the mesh, lie among the dead after that, and be under
 *     way for {@code queue.retry.max_run} at the end, so a message's time to live is bounded by
 *     {@code keep - queue.poison.max_age}; the same on all nodes
 */
public record QueueInboxConfig(Duration maxRun, Duration keep) {
  /** Checks the ranges. */
  public QueueInboxConfig {
    Rules.of("queue.inbox")
        .range("max_run", maxRun, Duration.ofMillis(100), Duration.ofHours(1))
        .range("keep", keep, Duration.ofMinutes(1), Duration.ofDays(3_650))
        .check();
  }

  /** The defaults. */
  public static QueueInboxConfig defaults() {
    return new QueueInboxConfig(Duration.ofSeconds(30), Duration.ofDays(30));
  }

  /** This, with another time for a handler. */
  public QueueInboxConfig withMaxRun(Duration maxRun) {
    return new QueueInboxConfig(maxRun, keep);
  }

  /** This, with another memory. */
  public QueueInboxConfig withKeep(Duration keep) {
    return new QueueInboxConfig(maxRun, keep);
  }
}
