package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.store.StoreTx;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends tasks of a lane that nobody will ever serve, without leasing them: a number in the lane
 * would say that they may have been sent. Runs on the writer thread.
 *
 * @param ground of the queue
 * @param dying ends each
 */
record Expelling(Ground ground, Dying dying) {
  /** Moved to the dead in one transaction, but for the last that fits partly. */
  static final long MOST_BYTES = 4 << 20;

  /** How many were ended. */
  int expel(StoreTx tx, Lane lane, int max, Supplier<Optional<MeshError>> why) {
    var found = ground.lanes().find(lane);
    var reason = why.get();
    if (found.isEmpty() || reason.isEmpty()) return 0;
    var state = found.get();
    var strict = ground.options().mode() == QueueOptions.Mode.STRICT;
    if (ground.lanes().paused() || state.counts().paused()) return 0;
    if (strict && state.counts().leased() > 0) return 0;
    var end =
        strict && state.counts().delayed() > 0
            ? TaskTable.firstDelayed(tx, state.lid())
            : Long.MAX_VALUE;
    var ended = 0;
    var bytes = 0L;
    for (var row : TaskTable.ready(tx, state.lid(), Long.MIN_VALUE, max)) {
      if (row.ord() > end || bytes >= MOST_BYTES) break;
      bytes += row.size();
      var whole = TaskTable.whole(tx, row);
      dying.die(tx, state, whole, Reason.of(reason.get()), reason.get());
      ended++;
    }
    return ended;
  }
}
