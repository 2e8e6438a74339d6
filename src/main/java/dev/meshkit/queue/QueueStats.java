package dev.meshkit.queue;

import java.util.List;

/**
 * A queue in numbers, from counters: O(lanes), whatever the depth.
 *
 * @param queue its name
 * @param paused by an operator
 * @param lanes each lane, by class and key
 */
public record QueueStats(String queue, boolean paused, List<LaneStats> lanes) {
  /** Copies the list. */
  public QueueStats {
    lanes = List.copyOf(lanes);
  }

  /** Ready tasks. */
  public long ready() {
    return lanes.stream().mapToLong(LaneStats::ready).sum();
  }

  /** Delayed tasks. */
  public long delayed() {
    return lanes.stream().mapToLong(LaneStats::delayed).sum();
  }

  /** Leased tasks. */
  public long leased() {
    return lanes.stream().mapToLong(LaneStats::leased).sum();
  }

  /** Dead tasks. */
  public long dead() {
    return lanes.stream().mapToLong(LaneStats::dead).sum();
  }

  /** Bytes of live bodies. */
  public long bytes() {
    return lanes.stream().mapToLong(LaneStats::bytes).sum();
  }
}
