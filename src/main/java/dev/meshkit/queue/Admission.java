package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.store.StoreTx;
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
  private final Limits limits;
  private final Coalescing coalescing;

  Admission(Ground ground, Coalescing coalescing) {
    this.ground = ground;
    this.limits = new Limits(ground.options().capacity());
    this.coalescing = coalescing;
  }

  /**
   * Why these tasks cannot be added; empty if they can. May drop others, if that is the rule. What
   * would not fit into an empty queue is refused as such: to wait for room would be in vain.
   */
  Optional<MeshError> refuse(StoreTx tx, List<Packing.Packed> tasks) {
    if (hasRoom(tasks)) return Optional.empty();
    var fresh = Limits.needs(tasks.stream().filter(task -> isFresh(tx, task)).toList());
    var never = limits.excess(fresh);
    if (never.isPresent()) {
      return Optional.of(QueueErrors.neverFits(ground.options(), never.get()));
    }
    var lack = lack(fresh);
    if (lack.isEmpty() || (drops() && makesRoom(tx, fresh))) return Optional.empty();
    return Optional.of(QueueErrors.full(ground.options(), lack.get()));
  }

  private boolean hasRoom(List<Packing.Packed> tasks) {
    return tasks.size() == 1
        ? limits.hasRoom(ground.lanes(), tasks.getFirst())
        : lack(Limits.needs(tasks)).isEmpty();
  }

  private boolean drops() {
    return limits.most().atLimit() == QueueOptions.AtLimit.DROP_OLDEST;
  }

  private boolean isFresh(StoreTx tx, Packing.Packed task) {
    var keys = task.spec().options();
    var lane = ground.lanes().find(task.spec().lane());
    if (lane.isEmpty()) return true;
    if (coalescing.waiting(tx, lane.get(), keys.coalesceKey()).isPresent()) return false;
    return ground.deduping().twin(tx, lane.get(), keys.dedupKey()).isEmpty();
  }

  private Optional<String> lack(Map<Lane, Limits.Need> needs) {
    return limits.lack(ground.lanes(), needs);
  }

  /**
   * Drops the oldest of the lanes that want room until there is some; all that is needed or none.
   */
  private boolean makesRoom(StoreTx tx, Map<Lane, Limits.Need> needs) {
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

  private boolean dropOne(StoreTx tx, Map<Lane, Limits.Need> needs) {
    return needs.keySet().stream()
        .flatMap(lane -> ground.lanes().find(lane).stream())
        .anyMatch(lane -> coalescing.dropOldest(tx, lane));
  }
}
