package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.TxWork;
import dev.meshkit.api.Unit;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.QueueSettleEvent;
import dev.meshkit.queue.Traces.What;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Ends leases. Runs on the writer thread. It begins with the deletion of the lease under its fence:
 * no row, and nothing else of the settlement is applied.
 */
final class Settling {
  private static final System.Logger LOG = System.getLogger(Settling.class.getName());

  private final Ground ground;
  private final Dying dying;
  private final Leasing<?> leasing;
  private final Coalescing coalescing;

  Settling(Ground ground, Dying dying, Leasing<?> leasing) {
    this.ground = ground;
    this.dying = dying;
    this.leasing = leasing;
    this.coalescing = new Coalescing(ground);
  }

  /** One settlement; application work that throws comes out, and takes the operation with it. */
  Settled settle(StoreTx tx, Lease<?> lease, Disposition said) {
    var seq = lease.id().seq();
    var held = ground.held().get(seq);
    if (held == null || held.fence() != lease.fence()) return stale(tx, lease);
    if (said instanceof Disposition.Ack(var work)) run(tx, held, work);
    if (!LeaseTable.delete(tx, seq, held.fence())) {
      if (!held.ended()) forget(tx, held);
      return stale(tx, lease);
    }
    ground.breakers().told(tx, held.key(), held.seq(), said);
    ended(tx, held);
    if (!(said instanceof Disposition.Ack) && isGone(tx, held)) return stale(tx, lease);
    trace(tx, held, said);
    var settled = apply(tx, held, said);
    leasing.serveIn(tx);
    tx.afterCommit(() -> tell(held, said, settled));
    return settled;
  }

  /**
   * What becomes of a task whose lease ran out: who carries tasks to others is not their handler,
   * and what it could not do charges nothing.
   */
  static Disposition expired(QueueOptions options) {
    return options.isCarrier()
        ? new Disposition.Release()
        : new Disposition.Retry(QueueErrors.expired(options.leases().time()), Duration.ZERO);
  }

  /** The deadline passed: as a failed attempt, unless the worker spoke up or settled meanwhile. */
  void expire(StoreTx tx, Held held) {
    if (held.ended() || !held.deadline().expired(ground.monotonic())) return;
    if (!LeaseTable.delete(tx, held.seq(), held.fence())) {
      forget(tx, held);
      return;
    }
    ended(tx, held);
    if (isGone(tx, held)) return;
    if (isSuperseded(tx, held)) {
      leasing.serveIn(tx);
      return;
    }
    var said = expired(ground.options());
    trace(tx, held, said);
    var settled = apply(tx, held, said);
    leasing.serveIn(tx);
    tx.afterCommit(() -> tell(held, said, settled));
  }

  /** A lease ends because its task is canceled; whoever holds it finds out when it next speaks. */
  void recall(StoreTx tx, long seq, long fence) {
    var held = ground.held().get(seq);
    if (!LeaseTable.delete(tx, seq, fence) || held == null || held.ended()) return;
    ended(tx, held);
    tx.afterCommit(() -> emit(held, "CANCEL", ""));
  }

  /** Something may be leased now. */
  void serveIn(StoreTx tx) {
    leasing.serveIn(tx);
  }

  private void run(StoreTx tx, Held held, TxWork work) {
    if (work.equals(TxWork.NONE) || !LeaseTable.holds(tx, held.seq(), held.fence())) return;
    tx.guarded("ack of task " + held.seq(), work)
        .ifPresent(
            thrown -> {
              throw thrown;
            });
  }

  private Settled apply(StoreTx tx, Held held, Disposition said) {
    var comesBack = !(said instanceof Disposition.Ack || said instanceof Disposition.Poison);
    if (comesBack && isSuperseded(tx, held)) return new Settled.Superseded();
    return switch (said) {
      case Disposition.Ack _ -> done(tx, held, new Settled.Done());
      case Disposition.Retry(var why, var floor) -> retry(tx, held, why, floor);
      case Disposition.Poison(var why) -> {
        var row = charged(tx, held, why);
        yield dying.die(tx, held.lane(), row, Reason.of(why), why);
      }
      case Disposition.Snooze(var pause, _) -> snooze(tx, held, pause);
      case Disposition.Release _, Disposition.Unreachable _ -> {
        release(tx, held);
        yield new Settled.Requeued(ground.wall(), held.row().attempt());
      }
    };
  }

  private Settled done(StoreTx tx, Held held, Settled how) {
    var lane = held.lane();
    ground.deduping().leaves(tx, held.seq());
    TaskTable.remove(tx, held.seq(), held.row().size());
    lane.set(tx, lane.counts().removed(held.row().size()));
    ground.endings().ends(tx, held.seq(), how);
    return how;
  }

  private Settled retry(StoreTx tx, Held held, MeshError why, Duration floor) {
    var row = charged(tx, held, why);
    if (row.attempt() >= row.maxAttempt()) {
      var dead = dying.die(tx, held.lane(), row, Reason.EXHAUSTED, why);
      if (isStrict()) goBack(tx, held); // its holder waits for no more of this run, or is gone
      return dead;
    }
    var backoff = ground.options().attempts().retry().after(held.seq(), row.attempt());
    var pause = Horizon.of(backoff.compareTo(floor) > 0 ? backoff : floor);
    var dueMs = ground.nowMs() + pause.toMillis();
    TaskTable.delay(tx, row, dueMs);
    delayed(tx, held, dueMs);
    return new Settled.Requeued(ground.wall().plus(pause), row.attempt());
  }

  private Settled snooze(StoreTx tx, Held held, Duration asked) {
    var pause = Horizon.of(asked);
    var dueMs = ground.nowMs() + pause.toMillis();
    TaskTable.snooze(tx, held.seq(), held.origin(), dueMs);
    delayed(tx, held, dueMs);
    return new Settled.Requeued(ground.wall().plus(pause), held.row().attempt());
  }

  private void delayed(StoreTx tx, Held held, long dueMs) {
    var lane = held.lane();
    lane.set(tx, lane.counts().delayed(1));
    if (isStrict()) goBack(tx, held);
    tx.afterCommit(() -> ground.alarm().at(dueMs));
  }

  private void release(StoreTx tx, Held held) {
    TaskTable.release(tx, held.seq(), held.origin());
    held.lane().backAt(tx, held.row().ord());
    if (isStrict()) goBack(tx, held);
  }

  /** Whether a newer one is there instead: for the rest of its run it has failed all the same. */
  private boolean isSuperseded(StoreTx tx, Held held) {
    if (!coalescing.supersedes(tx, held.lane(), held.row())) return false;
    if (isStrict()) goBack(tx, held);
    return true;
  }

  private boolean isStrict() {
    return ground.options().mode() == QueueOptions.Mode.STRICT;
  }

  /** Go-back-N: what was leased after a task that has failed is released too, uncharged. */
  private void goBack(StoreTx tx, Held failed) {
    if (failed.lane().counts().leased() == 0) return; // the rule: one holder, one task
    ground.held().values().stream()
        .filter(held -> held.lane() == failed.lane() && held.row().ord() > failed.row().ord())
        .filter(held -> !held.ended())
        .sorted(Comparator.comparingLong(held -> held.row().ord()))
        .forEach(held -> releaseLater(tx, held));
  }

  private void releaseLater(StoreTx tx, Held held) {
    if (LeaseTable.delete(tx, held.seq(), held.fence())) {
      ended(tx, held);
      if (isGone(tx, held) || coalescing.supersedes(tx, held.lane(), held.row())) return;
      TaskTable.release(tx, held.seq(), held.origin());
      held.lane().backAt(tx, held.row().ord());
      trace(tx, held, new Disposition.Release());
    } else {
      forget(tx, held);
    }
  }

  /** The task's row, charged with this attempt. */
  private TaskRow charged(StoreTx tx, Held held, MeshError why) {
    var row = TaskTable.get(tx, held.seq()).orElseThrow();
    var errors = new ArrayList<>(Text.errors(row.errors()));
    errors.add(new AttemptError(held.attempt(), ground.wall(), why.code(), why.why()));
    return row.numbered(held.origin()).after(held.attempt(), row.crash(), Text.errors(errors));
  }

  /** The lease is over, whatever becomes of the task. */
  private void ended(StoreTx tx, Held held) {
    held.ended(true);
    ground.breakers().ended(tx, held.key(), held.seq());
    tx.onRollback(() -> held.ended(false));
    held.lane().set(tx, held.lane().counts().leased(-1));
    if (held.suspect()) leasing.suspectGone(tx);
    tx.afterCommit(() -> ground.held().remove(held.seq(), held));
  }

  /** Someone else's hand was in the file: its lease row is gone, though nobody here ended it. */
  private void forget(StoreTx tx, Held held) {
    held.lane().backAt(tx, held.row().ord());
    ended(tx, held);
    var _ = isGone(tx, held);
    leasing.serveIn(tx);
    LOG.log(Level.WARNING, "a lease was removed by a foreign hand: task={0}", held.seq());
  }

  /** Whether that hand took the task itself, which is not counted any more then. */
  private boolean isGone(StoreTx tx, Held held) {
    if (TaskTable.has(tx, held.seq())) return false;
    done(tx, held, new Settled.Dead(0, Reason.OPERATOR));
    leasing.serveIn(tx);
    LOG.log(Level.WARNING, "a leased task was removed by a foreign hand: task={0}", held.seq());
    return true;
  }

  private Settled stale(StoreTx tx, Lease<?> lease) {
    tx.afterCommit(
        () -> {
          ground.store().meters().count(Metric.QUEUE_SETTLED_TOTAL, "STALE");
          ground.store().meters().count(Metric.QUEUE_STALE_TOTAL);
          emit(lease.id().seq(), lease.lane(), lease.attempt(), "STALE", "");
        });
    return new Settled.Stale(QueueErrors.inactive(lease.id().seq(), lease.fence()));
  }

  private void tell(Held held, Disposition said, Settled settled) {
    var outcome =
        switch (settled) {
          case Settled.Done _ -> "DONE";
          case Settled.Requeued _ -> "REQUEUED";
          case Settled.Dead _ -> "DEAD";
          case Settled.Superseded _ -> "SUPERSEDED";
          case Settled.Stale _ -> "STALE";
          case Settled.Dropped _ -> throw new IllegalStateException("a lease keeps its room");
        };
    ground.store().meters().count(Metric.QUEUE_SETTLED_TOTAL, outcome);
    if (settled instanceof Settled.Done) delivered(held);
    switch (said) {
      case Disposition.Ack _ -> emit(held, "ACK", "");
      case Disposition.Retry(var why, _) -> emit(held, "RETRY", why.code());
      case Disposition.Poison(var why) -> emit(held, "POISON", why.code());
      case Disposition.Snooze(_, var why) -> emit(held, "SNOOZE", why);
      case Disposition.Unreachable(var why) -> emit(held, "UNREACHABLE", why.code());
      case Disposition.Release() -> emit(held, "RELEASE", "");
    }
  }

  private void trace(StoreTx tx, Held held, Disposition said) {
    var traces = ground.traces();
    if (!traces.areKept()) return;
    var attempt = held.attempt();
    var step =
        switch (said) {
          case Disposition.Ack _ -> traces.step(What.ACKED, attempt, "", "");
          case Disposition.Retry(var why, _) ->
              traces.step(What.RETRIED, attempt, why.code(), why.why());
          case Disposition.Poison(var why) ->
              traces.step(What.POISONED, attempt, why.code(), why.why());
          case Disposition.Snooze(_, var why) -> traces.step(What.SNOOZED, attempt, "", why);
          case Disposition.Unreachable(var why) ->
              traces.step(What.UNREACHABLE, attempt, why.code(), why.why());
          case Disposition.Release() -> traces.step(What.RELEASED, attempt, "", "");
        };
    traces.add(tx, held.seq(), step);
  }

  private void delivered(Held held) {
    var took = QueueMeters.since(ground, held.row().enqueuedWallMs());
    ground.store().meters().time(Metric.QUEUE_DELIVERY_SECONDS, took);
    ground.store().meters().size(Metric.QUEUE_ATTEMPTS, held.attempt());
  }

  private static void emit(Held held, String outcome, String code) {
    emit(held.seq(), held.lane().lane(), held.attempt(), outcome, code);
  }

  private static void emit(long seq, Lane lane, int attempt, String outcome, String code) {
    if (!QueueSettleEvent.isWanted()) return;
    QueueSettleEvent.emit(
        new QueueSettleEvent.Settled(Long.toString(seq), lane.toString(), attempt, outcome, code));
  }

  /** A clean stop: everything that is leased goes back, uncharged, and nothing changes any more. */
  Unit releaseAll(StoreTx tx) {
    ground.life().end(tx);
    ground.held().values().stream()
        .filter(held -> !held.ended())
        .forEach(held -> releaseLater(tx, held));
    return Unit.UNIT;
  }

  /** What all settlements of one operation came to, in order. */
  List<Settled> settleAll(StoreTx tx, List<? extends Settlement<?>> many) {
    var all = new ArrayList<Settled>(many.size());
    while (all.size() < many.size()) {
      var run = AckRun.of(many.subList(all.size(), many.size()), ground.held());
      if (run.size() > 1 && LeaseTable.deleteRun(tx, run.held())) {
        all.addAll(Collections.nCopies(run.size(), done(tx, run)));
        continue;
      }
      for (var one : many.subList(all.size(), all.size() + Math.max(1, run.size())))
        all.add(settle(tx, one.lease(), one.said()));
    }
    return List.copyOf(all);
  }

  /** What {@link #settle} does with each of them, in a statement for all. */
  private Settled done(StoreTx tx, AckRun run) {
    var ack = Disposition.Ack.plain();
    var how = new Settled.Done();
    var lane = run.lane();
    tx.onRollback(() -> run.held().forEach(held -> held.ended(false))); // whatever throws below
    for (var held : run.held()) {
      ground.breakers().told(tx, held.key(), held.seq(), ack);
      ground.breakers().ended(tx, held.key(), held.seq());
      held.ended(true);
      if (held.suspect()) leasing.suspectGone(tx);
      trace(tx, held, ack);
      ground.deduping().leaves(tx, held.seq());
    }
    TaskTable.removeRun(tx, run.first(), run.last(), run.largest());
    lane.set(tx, lane.counts().settled(run.size(), run.bytes()));
    ground.endings().ends(tx, run.held().stream().map(Held::seq).toList(), how);
    leasing.serveIn(tx);
    tx.afterCommit(
        () -> {
          ground.store().meters().add(Metric.QUEUE_SETTLED_TOTAL, run.size(), "DONE");
          for (var held : run.held()) {
            ground.held().remove(held.seq(), held);
            delivered(held);
            emit(held, "ACK", "");
          }
        });
    return how;
  }
}
