package dev.meshkit.queue;

import dev.meshkit.observe.Metric;
import dev.meshkit.observe.QueueLeaseEvent;
import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes leases of tasks: in memory at once, in the file where the next ones are looked for, a run
 * of tasks in one statement. Owned by the writer thread.
 */
final class Granting {
  private final Ground ground;
  private final Tokens tokens;
  private final List<Held> unwritten = new ArrayList<>(); // of one lane
  private int numbered; // of those, that had no number before
  private List<Fresh> fresh = new ArrayList<>(); // leased in this batch so far
  private Moment now;

  /**
   * A lease that this batch has made.
   *
   * @param picksUp whether it is the task's first
   * @param errors of earlier attempts
   */
  private record Fresh(Held held, boolean picksUp, List<AttemptError> errors) {}

  Granting(Ground ground) {
    this.ground = ground;
    this.tokens = new Tokens(ground.store()::uuid);
    this.now = Moment.of(ground);
  }

  /** Another batch, by these clocks; whatever one that was undone has left is gone. */
  void begin(Moment when) {
    now = when;
    fresh = new ArrayList<>();
    unwritten.clear();
    numbered = 0;
  }

  /** Leases a task of a lane; its row, and its lane's counts, are written by {@link #write}. */
  <T> Lease<T> lease(StoreTx tx, LaneState state, TaskRow row, T value) {
    var isFirst = row.origin() == 0;
    var given = isFirst ? state.counts().nextOrigin() + numbered : row.origin();
    var held =
        new Held(
            row.numbered(given).light(),
            state,
            ground.fences().next(tx),
            now.monotonic(),
            ground.options().leases().time());
    unwritten.add(held);
    if (isFirst) numbered++;
    var errors = Text.errors(row.errors());
    remember(tx, new Fresh(held, isFirst && row.redrives() == 0, errors));
    ground.traces().add(tx, row.seq(), Traces.What.LEASED, held.attempt());
    ground.breakers().leased(tx, held.key(), held.seq());
    return new Lease<>(
        new TaskId(row.seq()),
        held.fence(),
        state.lane(),
        row.kind(),
        held.attempt(),
        row.crash(),
        given,
        value,
        Instant.ofEpochMilli(row.enqueuedWallMs()),
        tokens.of(row.seq()),
        Text.headers(row.headers()),
        errors);
  }

  /** Writes the leases of a lane that were made since this was last called. */
  void write(StoreTx tx, LaneState state) {
    if (unwritten.isEmpty()) return;
    var until = now.wall().plus(ground.options().leases().time()).toEpochMilli();
    for (var from = 0; from < unwritten.size(); ) {
      var to = from + 1;
      while (to < unwritten.size() && follows(unwritten.get(to - 1), unwritten.get(to))) to++;
      LeaseTable.add(tx, unwritten.subList(from, to), ground.store().boot(), until);
      from = to;
    }
    var counts = state.counts();
    state.set(tx, counts.leased(unwritten.size()).nextOrigin(counts.nextOrigin() + numbered));
    unwritten.clear();
    numbered = 0;
  }

  /** Whether all that differs of the later one's row is one more. */
  private static boolean follows(Held earlier, Held later) {
    return later.seq() == earlier.seq() + 1
        && later.fence() == earlier.fence() + 1
        && later.origin() == earlier.origin() + 1
        && later.attempt() == earlier.attempt();
  }

  private void remember(StoreTx tx, Fresh one) {
    if (fresh.isEmpty()) {
      var all = fresh;
      tx.afterCommit(() -> begin(all));
    }
    fresh.add(one);
  }

  /** The leases are durable and their workers get them: their time begins. */
  private void begin(List<Fresh> leases) {
    var started = ground.monotonic();
    for (var one : leases) {
      one.held().deadline().begin(started, ground.options().leases().time());
      ground.held().put(one.held().seq(), one.held());
    }
    leases.forEach(this::tell);
    ground.alarm().leased();
  }

  private void tell(Fresh lease) {
    var held = lease.held();
    var wait = QueueMeters.since(ground, held.row().enqueuedWallMs());
    if (lease.picksUp()) ground.store().meters().time(Metric.QUEUE_PICKUP_SECONDS, wait);
    if (!QueueLeaseEvent.isWanted()) return;
    var errors = lease.errors();
    QueueLeaseEvent.emit(
        new QueueLeaseEvent.Leased(
            Long.toString(held.seq()),
            held.lane().lane().toString(),
            held.attempt(),
            wait.toMillis(),
            !errors.isEmpty() && errors.getLast().code().equals(QueueErrors.LEASE_EXPIRED)));
  }
}
