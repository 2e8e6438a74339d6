package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Enqueues for callers: checks on their threads, adds on the writer's, and has them wait where
 * there is no room. Thread-safe.
 *
 * @param <T> what tasks carry
 */
final class Adding<T> {
  private final Ground ground;
  private final Enqueuing<T> enqueuing;
  private volatile boolean closed;

  Adding(Ground ground, Enqueuing<T> enqueuing) {
    this.ground = ground;
    this.enqueuing = enqueuing;
  }

  /** All of them or none. */
  Result<List<Enqueued>> all(List<TaskSpec<T>> tasks) throws InterruptedException {
    if (closed) return closedError();
    var packed = new ArrayList<Enqueuing.Packed>(tasks.size());
    for (var task : tasks) {
      switch (enqueuing.check(task)) {
        case Result.Ok<Enqueuing.Packed>(var one) -> packed.add(one);
        case Result.Err<Enqueuing.Packed>(var error) -> {
          return Result.err(error);
        }
      }
    }
    var added = add(packed);
    var blocks = ground.options().capacity().atLimit() == QueueOptions.AtLimit.BLOCK;
    return blocks && isFull(added) ? addWhenRoom(packed, added) : added;
  }

  /** One, in a transaction that is under way; what is wrong with it is thrown. */
  Enqueued in(StoreTx tx, TaskSpec<T> task) {
    var packed = enqueuing.check(task).orThrow();
    return enqueuing.addAll(tx, List.of(packed)).orThrow().getFirst();
  }

  /** Adds nothing more; whoever waits for room is to be woken after this. */
  void close() {
    closed = true;
  }

  private Result<List<Enqueued>> add(List<Enqueuing.Packed> tasks) throws InterruptedException {
    var bytes = tasks.stream().mapToInt(one -> one.body().size() + 200).sum();
    return ground
        .store()
        .submit(Op.enqueue("queue.enqueue", bytes, tx -> enqueuing.addAll(tx, tasks)))
        .flatMap(added -> added);
  }

  private static boolean isFull(Result<List<Enqueued>> added) {
    return added instanceof Result.Err<List<Enqueued>>(var error)
        && error.code().equals(QueueErrors.FULL);
  }

  /** Tries again whenever something has left, for as long as the options say. */
  private Result<List<Enqueued>> addWhenRoom(
      List<Enqueuing.Packed> tasks, Result<List<Enqueued>> refused) throws InterruptedException {
    var room = ground.lanes().room();
    var until = ground.monotonic().plus(ground.options().capacity().patience());
    var added = refused;
    while (isFull(added) && !closed) {
      var mark = room.mark(); // first the mark, then the look: what leaves in between is seen
      try {
        added = add(tasks);
        var left = Duration.between(ground.monotonic(), until);
        if (isFull(added) && !room.awaitLess(mark, left)) return added;
      } finally {
        room.unmark();
      }
    }
    return isFull(added) ? closedError() : added;
  }

  private Result<List<Enqueued>> closedError() {
    return Result.err(QueueErrors.closed(ground.options().name()));
  }
}
