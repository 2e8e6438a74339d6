package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds tasks to lanes. Runs on the writer thread, except {@link #check}.
 *
 * @param <T> what tasks carry
 */
final class Enqueuing<T> {
  private final Ground ground;
  private final Packing<T> packing;
  private final Leasing<T> leasing;
  private final Coalescing coalescing;
  private final Admission admission;
  private final Tokens tokens; // the writer thread's

  Enqueuing(Ground ground, Packing<T> packing, Leasing<T> leasing) {
    this.ground = ground;
    this.packing = packing;
    this.leasing = leasing;
    this.coalescing = new Coalescing(ground);
    this.admission = new Admission(ground, coalescing);
    this.tokens = new Tokens(ground.store()::uuid);
  }

  /** Encodes and checks, on the caller's thread. */
  Result<List<Packing.Packed>> check(List<TaskSpec<T>> specs) {
    return packing.check(specs);
  }

  /** Adds all of them, or none when there is no room. */
  Result<List<Enqueued>> addAll(StoreTx tx, List<Packing.Packed> tasks) {
    var refusal = admission.refuse(tx, tasks);
    if (refusal.isPresent()) {
      tx.afterCommit(() -> count("REFUSED"));
      return Result.err(refusal.get());
    }
    var all = new ArrayList<Enqueued>(tasks.size());
    for (var task : tasks) all.add(add(tx, task));
    return Result.ok(List.copyOf(all));
  }

  private Enqueued add(StoreTx tx, Packing.Packed task) {
    var options = task.spec().options();
    var lane = ground.lanes().getOrAdd(tx, task.spec().lane());
    var twin = ground.deduping().twin(tx, lane, options.dedupKey());
    if (twin.isPresent()) {
      tx.afterCommit(() -> count("DUPLICATE"));
      return new Enqueued.Duplicate(twin.get());
    }
    if (!options.coalesceKey().isEmpty()) lane.coalesces();
    var old = coalescing.waiting(tx, lane, options.coalesceKey());
    old.ifPresent(replaced -> coalescing.replace(tx, lane, replaced));
    var start = start(options.when());
    var seq = ground.seqs().next(tx);
    var ord = old.map(Coalescing.Waiting::ord).orElse(seq);
    var place = new Packing.Place(seq, lane.lid(), ord, ground.nowMs(), ground.wall());
    var row = packing.row(place, task);
    var keys = new TaskTable.Keys(options.dedupKey(), options.coalesceKey());
    TaskTable.add(tx, row, start, keys);
    if (ground.traces().areKept()) {
      var into = task.spec().kind() + " into " + lane.lane();
      ground.traces().add(tx, seq, ground.traces().step(Traces.What.ENQUEUED, 0, "", into));
    }
    lane.backAt(tx, row.ord());
    var delayed = start.dueMs() != 0;
    lane.set(tx, lane.counts().added(row.size(), delayed));
    if (delayed) {
      tx.afterCommit(
          () -> {
            ground.alarm().at(start.dueMs());
            if (start.atWallMs() != 0) ground.alarm().byWall();
          });
    } else if (ground.lanes().leaseable(lane)) {
      leasing.serveIn(tx);
    }
    tx.afterCommit(
        () -> {
          ground.alarm().expiry(row.expMs());
          count(old.isPresent() ? "COALESCED" : "ACCEPTED");
        });
    var id = new TaskId(seq);
    var token = tokens.of(seq);
    return old.isPresent()
        ? new Enqueued.Coalesced(id, token, new TaskId(old.get().seq()))
        : new Enqueued.Accepted(id, token);
  }

  private TaskTable.Start start(When when) {
    return switch (when) {
      case When.Now() -> TaskTable.Start.NOW;
      case When.After(var delay) ->
          new TaskTable.Start(ground.qid(), ground.nowMs() + Horizon.millis(delay), 0);
      case When.At(var wall) -> {
        var waitMs = Math.max(0, wall.toEpochMilli() - ground.wall().toEpochMilli());
        yield new TaskTable.Start(ground.qid(), ground.nowMs() + waitMs, wall.toEpochMilli());
      }
    };
  }

  private void count(String outcome) {
    ground.store().meters().count(Metric.QUEUE_ENQUEUED_TOTAL, outcome);
  }
}
