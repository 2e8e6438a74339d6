package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import dev.meshkit.store.Thrown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands out the tasks of a memory queue. Guarded by the queue's lock.
 *
 * @param <T> what tasks carry
 */
final class MemoryLeasing<T> {
  private final MemoryGround ground;
  private final Packing<T> packing;
  private final MemoryDying dying;
  private long lastFence;

  MemoryLeasing(MemoryGround ground, Packing<T> packing, MemoryDying dying) {
    this.ground = ground;
    this.packing = packing;
    this.dying = dying;
  }

  /** Tasks of any lane, in turn; of a STRICT one its head alone. */
  List<Lease<T>> any(Commitment tx, int max) {
    var strict = ground.options().mode() == QueueOptions.Mode.STRICT;
    var got = new ArrayList<Lease<T>>();
    ground
        .book()
        .turns()
        .serve(
            max,
            (lane, most) -> {
              var some = take(tx, lane, strict ? 1 : most);
              got.addAll(some);
              return some.size();
            });
    return got;
  }

  /** Tasks of one lane, in order. */
  List<Lease<T>> of(Commitment tx, Lane lane, int max) {
    return ground.book().find(lane).map(found -> take(tx, found, max)).orElseGet(List::of);
  }

  /** What follows in the lane of one that is held, for its holder. */
  List<Lease<T>> more(Commitment tx, Lease<T> of, int max) {
    return ground
        .book()
        .held(of.id().seq())
        .filter(task -> task.now().fence() == of.fence())
        .map(task -> upTo(tx, task.lane(), Math.min(max, ground.book().left(task.lane()))))
        .orElseGet(List::of);
  }

  private List<Lease<T>> take(Commitment tx, MemoryLane lane, int want) {
    return upTo(tx, lane, Math.min(want, ground.book().room(lane)));
  }

  private List<Lease<T>> upTo(Commitment tx, MemoryLane lane, int limit) {
    var got = new ArrayList<Lease<T>>();
    var next = lane.ready().firstEntry();
    while (next != null && next.getKey() < lane.end() && got.size() < limit) {
      var ord = next.getKey();
      takeOne(tx, next.getValue(), got);
      next = lane.ready().higherEntry(ord);
    }
    return got;
  }

  private void takeOne(Commitment tx, MemoryTask task, List<Lease<T>> got) {
    if (task.lane().isLeased(task.keys().coal())) return; // one lease a key
    if (task.row().expMs() <= ground.clock().nowMs()) {
      dying.expire(tx, task);
      return;
    }
    if (SecondLife.isForgotten(task.row(), ground.options(), ground.clock().latestMs())) {
      dying.forget(tx, task);
      return;
    }
    T value;
    try {
      value = packing.value(task.row());
    } catch (Exception | Error thrown) { // whatever a codec throws: its lane goes on
      dying.corrupt(tx, task, Thrown.byGuest("the codec", thrown));
      return;
    }
    got.add(lease(tx, task, value));
  }

  private Lease<T> lease(Commitment tx, MemoryTask task, T value) {
    var lane = task.lane();
    var counts = lane.counts();
    var isFirst = task.row().origin() == 0;
    var row = isFirst ? task.row().numbered(counts.nextOrigin()) : task.row();
    if (isFirst) ground.book().set(tx, lane, counts.nextOrigin(counts.nextOrigin() + 1));
    var deadline = new Deadline(ground.clock().monotonic(), ground.options().leases().time());
    var fence = ++lastFence;
    ground.book().move(tx, task, MemoryTask.Standing.leased(row, fence, deadline));
    ground.breakers().leased(tx, lane.lane().key(), row.seq());
    return new Lease<>(
        new TaskId(row.seq()),
        fence,
        lane.lane(),
        row.kind(),
        row.attempt() + 1,
        row.crash(),
        row.origin(),
        value,
        Instant.ofEpochMilli(row.enqueuedWallMs()),
        ground.token(row.seq()),
        Text.headers(row.headers()),
        Text.errors(row.errors()));
  }
}
