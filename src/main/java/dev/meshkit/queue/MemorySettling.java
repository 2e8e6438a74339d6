package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.TxWork;
import dev.meshkit.store.Commitment;
import dev.meshkit.store.Thrown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Ends the leases of a memory queue. Guarded by the queue's lock. */
final class MemorySettling {
  private final MemoryGround ground;
  private final MemoryDying dying;

  MemorySettling(MemoryGround ground, MemoryDying dying) {
    this.ground = ground;
    this.dying = dying;
  }

  /** The application's work threw: what it belongs to is undone. */
  static final class WorkFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkFailed(Throwable cause) {
      super(cause);
    }
  }

  /** What all settlements of one operation came to, in order. */
  List<Settled> settleAll(MemoryTx tx, List<? extends Settlement<?>> many) {
    return many.stream().map(one -> settle(tx, one.lease(), one.said())).toList();
  }

  private Settled settle(MemoryTx tx, Lease<?> lease, Disposition said) {
    var held = ground.book().held(lease.id().seq());
    if (held.isEmpty() || held.get().now().fence() != lease.fence()) {
      return new Settled.Stale(QueueErrors.inactive(lease.id().seq(), lease.fence()));
    }
    var task = held.get();
    if (said instanceof Disposition.Ack(var work)) run(tx, work);
    ground.breakers().told(tx, task.lane().lane().key(), task.seq(), said);
    ended(tx, task);
    return apply(tx, task, said);
  }

  /** The deadline passed: as a failed attempt, unless who carries tasks has none. */
  void expire(Commitment tx, MemoryTask task) {
    ended(tx, task);
    apply(tx, task, Settling.expired(ground.options()));
  }

  /** A live task is removed, whoever holds it; its dedup key is free. */
  void cancel(Commitment tx, MemoryTask task) {
    if (task.now().isLeased()) ended(tx, task);
    ground.book().drop(tx, task);
    ground.endings().ends(tx, task.seq(), new Settled.Dead(0, Reason.OPERATOR));
  }

  /** A clean stop: everything that is leased goes back, uncharged. */
  void releaseAll(Commitment tx) {
    ground.book().held().forEach(task -> releaseLater(tx, task));
  }

  private static void run(MemoryTx tx, TxWork work) {
    try {
      work.run(tx);
    } catch (Exception | Error thrown) { // other languages throw what is checked here, unchecked
      throw new WorkFailed(Thrown.byGuest("application work", thrown));
    }
  }

  private Settled apply(Commitment tx, MemoryTask task, Disposition said) {
    var comesBack = !(said instanceof Disposition.Ack || said instanceof Disposition.Poison);
    if (comesBack && comesBackNoMore(tx, task)) return new Settled.Superseded();
    return switch (said) {
      case Disposition.Ack _ -> done(tx, task);
      case Disposition.Retry(var why, var floor) -> retry(tx, task, why, floor);
      case Disposition.Poison(var why) ->
          dying.die(tx, task, charged(task, why), MemoryDying.of(Reason.of(why), why));
      case Disposition.Snooze(var asked, _) -> {
        var pause = Horizon.of(asked);
        delay(tx, task, task.row(), pause);
        yield new Settled.Requeued(ground.clock().wall().plus(pause), task.row().attempt());
      }
      case Disposition.Release _, Disposition.Unreachable _ -> {
        ground.book().move(tx, task, MemoryTask.Standing.ready(task.row()));
        if (isStrict()) goBack(tx, task);
        yield new Settled.Requeued(ground.clock().wall(), task.row().attempt());
      }
    };
  }

  private Settled done(Commitment tx, MemoryTask task) {
    ground.keys().leaves(tx, task);
    ground.book().drop(tx, task);
    ground.endings().ends(tx, task.seq(), new Settled.Done());
    return new Settled.Done();
  }

  private Settled retry(Commitment tx, MemoryTask task, MeshError why, Duration floor) {
    var row = charged(task, why);
    if (row.attempt() >= row.maxAttempt()) {
      var dead = dying.die(tx, task, row, MemoryDying.of(Reason.EXHAUSTED, why));
      if (isStrict()) goBack(tx, task);
      return dead;
    }
    var backoff = ground.options().attempts().retry().after(task.seq(), row.attempt());
    var pause = Horizon.of(backoff.compareTo(floor) > 0 ? backoff : floor);
    delay(tx, task, row, pause);
    return new Settled.Requeued(ground.clock().wall().plus(pause), row.attempt());
  }

  private void delay(Commitment tx, MemoryTask task, TaskRow row, Duration pause) {
    var start = new TaskTable.Start(0, ground.clock().nowMs() + pause.toMillis(), 0);
    ground.book().move(tx, task, MemoryTask.Standing.delayed(row, start));
    if (isStrict()) goBack(tx, task);
  }

  /** Go-back-N: what was leased after a task that has failed is released too, uncharged. */
  private void goBack(Commitment tx, MemoryTask failed) {
    ground.book().held().stream()
        .filter(held -> held.lane() == failed.lane() && held.row().ord() > failed.row().ord())
        .forEach(held -> releaseLater(tx, held));
  }

  private void releaseLater(Commitment tx, MemoryTask task) {
    ended(tx, task);
    if (isSuperseded(tx, task)) return;
    ground.book().move(tx, task, MemoryTask.Standing.ready(task.row()));
  }

  /** One that would come back is gone instead, if a newer one of its coalesce key waits. */
  private boolean isSuperseded(Commitment tx, MemoryTask task) {
    var newer = task.lane().waiting(task.keys().coal());
    if (newer.isEmpty() || newer.get().seq() < task.seq()) return false;
    dying.supersede(tx, task);
    return true;
  }

  /** The same, and for the rest of its run it has failed. */
  private boolean comesBackNoMore(Commitment tx, MemoryTask task) {
    if (!isSuperseded(tx, task)) return false;
    if (isStrict()) goBack(tx, task);
    return true;
  }

  private TaskRow charged(MemoryTask task, MeshError why) {
    var row = task.row();
    var attempt = row.attempt() + 1;
    var errors = new ArrayList<>(Text.errors(row.errors()));
    errors.add(new AttemptError(attempt, ground.clock().wall(), why.code(), why.why()));
    return row.after(attempt, row.crash(), Text.errors(errors));
  }

  private void ended(Commitment tx, MemoryTask task) {
    ground.breakers().ended(tx, task.lane().lane().key(), task.seq());
  }

  private boolean isStrict() {
    return ground.options().mode() == QueueOptions.Mode.STRICT;
  }
}
