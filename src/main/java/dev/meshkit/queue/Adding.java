package dev.meshkit.queue;

import dev.meshkit.api.MeshException;
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

  Adding(Ground ground, Enqueuing<T> enqueuing) {
    this.ground = ground;
    this.enqueuing = enqueuing;
  }

  /** All of them or none. */
  Result<List<Enqueued>> all(List<TaskSpec<T>> tasks) throws InterruptedException {
    if (ground.life().isClosing()) return closedError();
    var checked = enqueuing.check(tasks);
    if (!(checked instanceof Result.Ok<List<Packing.Packed>>(var packed))) return checked.cast();
    var added = add(packed);
    var blocks = ground.options().capacity().atLimit() == QueueOptions.AtLimit.BLOCK;
    if (!blocks || !isFull(added)) return added;
    var until = ground.monotonic().plus(ground.options().capacity().patience());
    var wait = new Room.Wait<>(() -> add(packed), Adding::isFull, ground.life()::isClosing);
    var tried =
        ground.lanes().room().retry(wait, () -> Duration.between(ground.monotonic(), until));
    return isFull(tried) && ground.life().isClosing() ? closedError() : tried;
  }

  /**
   * One, in a transaction that is under way; what is wrong with it is thrown, and then none of it
   * stays, though the caller may catch it and go on.
   */
  Enqueued in(StoreTx tx, TaskSpec<T> task) {
    if (ground.life().isClosing() || ground.life().isOver())
      throw new MeshException(ground.life().error());
    var packed = enqueuing.check(List.of(task)).orThrow();
    var added = new ArrayList<Result<List<Enqueued>>>(1);
    var thrown = tx.guarded("enqueueIn", _ -> added.add(enqueuing.addAll(tx, packed)));
    if (thrown.isPresent()) throw thrown.get();
    return added.getFirst().orThrow().getFirst();
  }

  private Result<List<Enqueued>> add(List<Packing.Packed> tasks) throws InterruptedException {
    var bytes = tasks.stream().mapToInt(one -> one.size() + 200).sum(); // at most 18 MB
    return ground
        .life()
        .write(Op.enqueue("queue.enqueue", bytes, tx -> enqueuing.addAll(tx, tasks)))
        .flatMap(added -> added);
  }

  /** Whether it was refused for want of room. */
  static boolean isFull(Result<List<Enqueued>> added) {
    return added instanceof Result.Err<List<Enqueued>>(var error)
        && error.code().equals(QueueErrors.FULL);
  }

  private Result<List<Enqueued>> closedError() {
    return Result.err(ground.life().error());
  }
}
