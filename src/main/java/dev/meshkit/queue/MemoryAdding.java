package dev.meshkit.queue;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds tasks to the lanes of a memory queue. Guarded by the queue's lock.
 *
 * @param <T> what tasks carry
 */
final class MemoryAdding<T> {
  private final MemoryGround ground;
  private final Packing<T> packing;
  private final MemoryDying dying;
  private final Limits limits;

  MemoryAdding(MemoryGround ground, Packing<T> packing, MemoryDying dying) {
    this.ground = ground;
    this.packing = packing;
    this.dying = dying;
    this.limits = new Limits(ground.options().capacity());
  }

  /** Adds all of them, or none when there is no room. */
  Result<List<Enqueued>> addAll(MemoryTx tx, List<Packing.Packed> tasks) {
    var lack = limits.lack(ground.book(), Limits.needs(tasks));
    if (lack.isPresent()) {
      var fresh = Limits.needs(tasks.stream().filter(this::isFresh).toList());
      var never = limits.excess(fresh);
      if (never.isPresent())
        return Result.err(QueueErrors.neverFits(ground.options(), never.get()));
      lack = limits.lack(ground.book(), fresh);
      if (lack.isPresent() && !makesRoom(tx, fresh))
        return Result.err(QueueErrors.full(ground.options(), lack.get()));
    }
    var all = new ArrayList<Enqueued>(tasks.size());
    for (var task : tasks) all.add(add(tx, task));
    return Result.ok(List.copyOf(all));
  }

  private boolean isFresh(Packing.Packed task) {
    var keys = task.spec().options();
    var lane = ground.book().find(task.spec().lane());
    return lane.isEmpty()
        || (lane.get().waiting(keys.coalesceKey()).isEmpty()
            && ground.keys().twin(lane.get(), keys.dedupKey()).isEmpty());
  }

  /**
   * Drops the oldest of the lanes that want room, if that is the rule; all that is needed or none.
   */
  private boolean makesRoom(MemoryTx tx, Map<Lane, Limits.Need> needs) {
    if (limits.most().atLimit() != QueueOptions.AtLimit.DROP_OLDEST) return false;
    var mark = tx.mark();
    while (limits.lack(ground.book(), needs).isPresent()) {
      var oldest = needs.keySet().stream().flatMap(lane -> oldest(lane).stream()).findFirst();
      if (oldest.isEmpty()) {
        tx.rollBackTo(mark);
        return false;
      }
      dying.crowdOut(tx, oldest.get());
    }
    return true;
  }

  private Optional<MemoryTask> oldest(Lane lane) {
    return ground.book().find(lane).stream()
        .flatMap(found -> found.ready().values().stream())
        .filter(task -> !task.keys().coal().isEmpty())
        .findFirst();
  }

  private Enqueued add(MemoryTx tx, Packing.Packed task) {
    var how = task.spec().options();
    var lane = ground.book().getOrAdd(tx, task.spec().lane());
    var twin = ground.keys().twin(lane, how.dedupKey());
    if (twin.isPresent()) return new Enqueued.Duplicate(twin.get());
    var old = lane.waiting(how.coalesceKey());
    old.ifPresent(replaced -> dying.supersede(tx, replaced));
    var seq = ground.book().nextSeq();
    var ord = old.map(replaced -> replaced.row().ord()).orElse(seq);
    var place =
        new Packing.Place(seq, lane.lid(), ord, ground.clock().nowMs(), ground.clock().wall());
    var row = packing.row(place, task);
    var keys = new TaskTable.Keys(how.dedupKey(), how.coalesceKey());
    var now =
        how.when() instanceof When.Now
            ? MemoryTask.Standing.ready(row)
            : MemoryTask.Standing.delayed(row, start(how.when()));
    ground.book().add(tx, new MemoryTask(lane, keys, now));
    var id = new TaskId(seq);
    var token = ground.token(seq);
    return old.<Enqueued>map(
            replaced -> new Enqueued.Coalesced(id, token, new TaskId(replaced.seq())))
        .orElseGet(() -> new Enqueued.Accepted(id, token));
  }

  private TaskTable.Start start(When when) {
    var nowMs = ground.clock().nowMs();
    return switch (when) {
      case When.Now() -> TaskTable.Start.NOW;
      case When.After(var delay) -> new TaskTable.Start(0, nowMs + Horizon.millis(delay), 0);
      case When.At(var wall) -> new TaskTable.Start(0, nowMs, wall.toEpochMilli());
    };
  }
}
