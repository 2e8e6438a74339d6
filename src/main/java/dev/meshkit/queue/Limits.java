package dev.meshkit.queue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is room for tasks: their number and bytes, in the queue and in each lane. Pure.
 *
 * @param most the limits
 */
record Limits(QueueOptions.Capacity most) {
  /** What is there. */
  interface Stock {
    /** Live tasks of the queue. */
    long live();

    /** Bytes of their bodies. */
    long bytes();

    /** Of one lane, if it is there. */
    Optional<Counts> counts(Lane lane);
  }

  /**
   * What tasks need.
   *
   * @param tasks how many
   * @param bytes of their headers and bodies
   */
  record Need(long tasks, long bytes) {
    static final Need NOTHING = new Need(0, 0);

    Need plus(Packing.Packed task) {
      return new Need(tasks + 1, bytes + task.size());
    }

    Need plus(Need other) {
      return new Need(tasks + other.tasks, bytes + other.bytes);
    }

    @Override
    public String toString() {
      return tasks + (tasks == 1 ? " task" : " tasks") + " of " + bytes + " bytes";
    }
  }

  /** What these need, lane by lane. */
  static Map<Lane, Need> needs(List<Packing.Packed> tasks) {
    var needs = new LinkedHashMap<Lane, Need>();
    for (var task : tasks) {
      needs.compute(task.spec().lane(), (_, old) -> (old == null ? Need.NOTHING : old).plus(task));
    }
    return needs;
  }

  /** Whether there is room for this one: what most calls want to know, at next to no cost. */
  boolean hasRoom(Stock stock, Packing.Packed one) {
    var lane = stock.counts(one.spec().lane());
    return stock.live() < most.tasks()
        && stock.bytes() + one.size() <= most.bytes()
        && lane.map(Counts::live).orElse(0L) < most.laneTasks()
        && lane.map(Counts::bytes).orElse(0L) + one.size() <= most.laneBytes();
  }

  /** The limit that these would exceed, in words; empty if there is room. */
  Optional<String> lack(Stock stock, Map<Lane, Need> needs) {
    var all = sum(needs);
    if (stock.live() + all.tasks() > most.tasks()) {
      return Optional.of("the queue holds its limit of " + most.tasks() + " tasks");
    }
    if (stock.bytes() + all.bytes() > most.bytes()) {
      return Optional.of("the queue holds its limit of " + most.bytes() + " bytes");
    }
    for (var need : needs.entrySet()) {
      var counts = stock.counts(need.getKey());
      if (counts.map(Counts::live).orElse(0L) + need.getValue().tasks() > most.laneTasks()) {
        return Optional.of(
            "lane " + need.getKey() + " holds its limit of " + most.laneTasks() + " tasks");
      }
      if (counts.map(Counts::bytes).orElse(0L) + need.getValue().bytes() > most.laneBytes()) {
        return Optional.of(
            "lane " + need.getKey() + " holds its limit of " + most.laneBytes() + " bytes");
      }
    }
    return Optional.empty();
  }

  private static Need sum(Map<Lane, Need> needs) {
    var sum = Need.NOTHING;
    for (var need : needs.values()) sum = sum.plus(need);
    return sum;
  }

  /** The limit that these exceed by themselves, in words; empty if they can fit at all. */
  Optional<String> excess(Map<Lane, Need> needs) {
    var all = sum(needs);
    if (all.tasks() > most.tasks() || all.bytes() > most.bytes()) {
      return Optional.of(all + " for a queue that holds " + new Need(most.tasks(), most.bytes()));
    }
    var lane = new Need(most.laneTasks(), most.laneBytes());
    for (var need : needs.entrySet()) {
      var one = need.getValue();
      if (one.tasks() > lane.tasks() || one.bytes() > lane.bytes()) {
        return Optional.of(one + " for lane " + need.getKey() + ", each of which holds " + lane);
      }
    }
    return Optional.empty();
  }
}
