package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.store.StoreTx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is room for what is to be enqueued: tasks and bytes, in the queue and in each lane,
 * for all of it or none. What finds its twin, or takes another's place, needs none. Runs on the
 * writer thread.
 */
final class Admission {
  private final Ground ground;
  private final QueueOptions.Capacity limits;
  private final Coalescing coalescing;

  Admission(Ground ground, Coalescing coalescing) {
    this.ground = ground;
    this.limits = ground.options().capacity();
    this.coalescing = coalescing;
  }

  /**
   * What tasks need.
   *
   * @param tasks how many
   * @param bytes of their bodies
   */
  private record Need(long tasks, long bytes) {
    static final Need NOTHING = new Need(0, 0);

    Need plus(Enqueuing.Packed task) {
      return new Need(tasks + 1, bytes + task.body().size());
    }

    Need plus(Need other) {
      return new Need(tasks + other.tasks, bytes + other.bytes);
    }
  }

  /** Why these tasks cannot be added; empty if they can. May drop others, if that is the rule. */
  Optional<MeshError> refuse(StoreTx tx, List<Enqueuing.Packed> tasks) {
    if (lack(needs(tasks)).isEmpty()) return Optional.empty();
    var fresh = needs(tasks.stream().filter(task -> isFresh(tx, task)).toList());
    var lack = lack(fresh);
    if (lack.isEmpty() || (drops() && makesRoom(tx, fresh))) return Optional.empty();
    return Optional.of(QueueErrors.full(ground.options(), lack.get()));
  }

  private boolean drops() {
    return limits.atLimit() == QueueOptions.AtLimit.DROP_OLDEST;
  }

  private static Map<Lane, Need> needs(List<Enqueuing.Packed> tasks) {
    var needs = new LinkedHashMap<Lane, Need>();
    for (var task : tasks) {
      needs.compute(task.spec().lane(), (_, old) -> (old == null ? Need.NOTHING : old).plus(task));
    }
    return needs;
  }

  private boolean isFresh(StoreTx tx, Enqueuing.Packed task) {
    var keys = task.spec().options();
    var lane = ground.lanes().find(task.spec().lane());
    if (lane.isEmpty()) return true;
    if (coalescing.waiting(tx, lane.get(), keys.coalesceKey()).isPresent()) return false;
    return ground.deduping().twin(tx, lane.get(), keys.dedupKey()).isEmpty();
  }

  /** The limit that these would exceed, in words; empty if there is room. */
  private Optional<String> lack(Map<Lane, Need> needs) {
    var all = needs.values().stream().reduce(Need.NOTHING, Need::plus);
    if (ground.lanes().live() + all.tasks() > limits.tasks()) {
      return Optional.of("the queue holds its limit of " + limits.tasks() + " tasks");
    }
    if (ground.lanes().bytes() + all.bytes() > limits.bytes()) {
      return Optional.of("the queue holds its limit of " + limits.bytes() + " bytes");
    }
    for (var need : needs.entrySet()) {
      var counts = ground.lanes().find(need.getKey()).map(LaneState::counts);
      if (counts.map(Counts::live).orElse(0L) + need.getValue().tasks() > limits.laneTasks()) {
        return Optional.of(
            "lane " + need.getKey() + " holds its limit of " + limits.laneTasks() + " tasks");
      }
      if (counts.map(Counts::bytes).orElse(0L) + need.getValue().bytes() > limits.laneBytes()) {
        return Optional.of(
            "lane " + need.getKey() + " holds its limit of " + limits.laneBytes() + " bytes");
      }
    }
    return Optional.empty();
  }

  /**
   * Drops the oldest of the lanes that want room until there is some; all that is needed or none.
   */
  private boolean makesRoom(StoreTx tx, Map<Lane, Need> needs) {
    return tx.guarded(
            "dropping the oldest",
            _ -> {
              while (true) {
                var lack = lack(needs);
                if (lack.isEmpty()) return;
                if (!dropOne(tx, needs)) {
                  throw new MeshException(QueueErrors.full(ground.options(), lack.get()));
                }
              }
            })
        .isEmpty();
  }

  private boolean dropOne(StoreTx tx, Map<Lane, Need> needs) {
    return needs.keySet().stream()
        .flatMap(lane -> ground.lanes().find(lane).stream())
        .anyMatch(lane -> coalescing.dropOldest(tx, lane));
  }
}
