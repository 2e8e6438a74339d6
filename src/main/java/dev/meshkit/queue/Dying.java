package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.observe.MessageDeadEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;

/** The end of a task that was not acknowledged: one transaction, with its reason and history. */
final class Dying {
  private final Ground ground;
  private final Retaining retaining;

  Dying(Ground ground, Retaining retaining) {
    this.ground = ground;
    this.retaining = retaining;
  }

  /** Who keeps the dead within bounds. */
  Retaining retaining() {
    return retaining;
  }

  /** Moves a task that is ready, and no longer leased, to the dead. */
  Settled.Dead die(StoreTx tx, LaneState state, TaskRow row, Reason reason, MeshError why) {
    var did = DeadTable.add(tx, ground, row, reason, why);
    gone(tx, state, row, 1);
    var words = reason.name() + ": " + why.why();
    var step = ground.traces().step(Traces.What.DEAD, row.attempt(), why.code(), words);
    ground.traces().add(tx, row.seq(), step);
    retaining.died(tx);
    var dead = new Settled.Dead(did, reason);
    ground.endings().ends(tx, row.seq(), dead);
    tx.afterCommit(() -> tell(state, row, reason, why));
    return dead;
  }

  /** Its time to live is over: dead, or dropped as its enqueuer wished. */
  void expire(StoreTx tx, LaneState state, TaskRow row) {
    if (!row.drops()) {
      die(tx, state, row, Reason.EXPIRED, QueueErrors.ttl());
      return;
    }
    gone(tx, state, row, 0);
    ground.traces().add(tx, row.seq(), Traces.What.EXPIRED, row.attempt());
    ground.endings().ends(tx, row.seq(), new Settled.Dead(0, Reason.EXPIRED));
    tx.afterCommit(
        () -> ground.store().meters().count(Metric.QUEUE_DEAD_TOTAL, Reason.EXPIRED.name()));
  }

  /**
   * Its receiver may have applied it and forgotten that: dead, or dropped as its enqueuer wished.
   */
  void forget(StoreTx tx, LaneState state, TaskRow row) {
    if (row.drops()) {
      expire(tx, state, row);
      return;
    }
    die(tx, state, row, Reason.FORGOTTEN, QueueErrors.forgotten());
  }

  private void gone(StoreTx tx, LaneState state, TaskRow row, int dead) {
    ground.deduping().leaves(tx, row.seq());
    TaskTable.remove(tx, row.seq(), row.size());
    state.set(tx, state.counts().removed(row.size()).dead(dead));
  }

  private void tell(LaneState state, TaskRow row, Reason reason, MeshError why) {
    ground.store().meters().count(Metric.QUEUE_DEAD_TOTAL, reason.name());
    ground.store().meters().size(Metric.QUEUE_ATTEMPTS, row.attempt());
    MessageDeadEvent.emit(
        new MessageDeadEvent.Death(
            Long.toString(row.seq()),
            row.kind(),
            state.lane().toString(),
            reason.name(),
            why.code(),
            row.attempt()));
  }
}
