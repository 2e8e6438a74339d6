package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.store.Commitment;
import java.util.Optional;

/** The end of a task that was not acknowledged, in a memory queue. Guarded by the queue's lock. */
final class MemoryDying {
  private final MemoryGround ground;

  MemoryDying(MemoryGround ground) {
    this.ground = ground;
  }

  /** Moves a task, as this row has it, to the dead; the oldest of those go if they are too many. */
  Settled.Dead die(Commitment tx, MemoryTask task, TaskRow row, MemoryDead.Death death) {
    var lane = task.lane();
    gone(tx, task);
    ground.book().set(tx, lane, lane.counts().dead(1));
    var did = ground.dead().bury(tx, lane, row, death);
    trim(tx);
    var dead = new Settled.Dead(did, death.reason());
    ground.endings().ends(tx, task.seq(), dead);
    return dead;
  }

  /** Its time to live is over: dead, or dropped as its enqueuer wished. */
  void expire(Commitment tx, MemoryTask task) {
    if (!task.row().drops()) {
      die(tx, task, task.row(), new MemoryDead.Death(Reason.EXPIRED, QueueErrors.ttl()));
      return;
    }
    gone(tx, task);
    ground.endings().ends(tx, task.seq(), new Settled.Dead(0, Reason.EXPIRED));
  }

  /**
   * Its receiver may have applied it and forgotten that: dead, or dropped as its enqueuer wished.
   */
  void forget(Commitment tx, MemoryTask task) {
    if (task.row().drops()) {
      expire(tx, task);
      return;
    }
    die(tx, task, task.row(), new MemoryDead.Death(Reason.FORGOTTEN, QueueErrors.forgotten()));
  }

  /** What {@link SafeTaskQueue#expel} says, of a lane that there is; how many were ended. */
  int expel(Commitment tx, MemoryLane lane, int max, Optional<MeshError> why) {
    var strict = ground.options().mode() == QueueOptions.Mode.STRICT;
    var busy = strict && lane.counts().leased() > 0;
    if (why.isEmpty() || busy || ground.book().paused() || lane.counts().paused()) return 0;
    var death = of(Reason.of(why.get()), why.get());
    var ended = 0;
    var bytes = 0L;
    var next = lane.ready().firstEntry();
    while (next != null
        && next.getKey() < lane.end()
        && ended < max
        && bytes < Expelling.MOST_BYTES) {
      bytes += next.getValue().row().size();
      die(tx, next.getValue(), next.getValue().row(), death);
      ended++;
      next = lane.ready().firstEntry();
    }
    return ended;
  }

  /** Its body cannot be read. */
  void corrupt(Commitment tx, MemoryTask task, RuntimeException thrown) {
    var why = QueueErrors.corrupt(thrown);
    die(tx, task, task.row(), new MemoryDead.Death(Reason.CORRUPT, why));
  }

  /** It is the oldest where there is no room for newer ones. */
  void crowdOut(Commitment tx, MemoryTask task) {
    gone(tx, task);
    ground.endings().ends(tx, task.seq(), new Settled.Dropped());
  }

  /** A newer task of its key takes its place. */
  void supersede(Commitment tx, MemoryTask task) {
    gone(tx, task);
    ground.endings().ends(tx, task.seq(), new Settled.Superseded());
  }

  /** It is no longer dead, and lives no more under its number: who asks hears that it died. */
  void forget(Commitment tx, MemoryDead.Grave grave) {
    remove(tx, grave);
    var dead = grave.task();
    var how = new Settled.Dead(dead.did(), dead.reason());
    ground.endings().removed(tx, dead.id().seq(), how);
  }

  /** It is no longer dead, nor counted. */
  void remove(Commitment tx, MemoryDead.Grave grave) {
    ground.dead().remove(tx, grave.task().did());
    ground.book().set(tx, grave.lane(), grave.lane().counts().dead(-1));
  }

  /** Keeps the dead as the retention says. */
  void trim(Commitment tx) {
    for (var old = ground.dead().tooMuch(); old.isPresent(); old = ground.dead().tooMuch()) {
      forget(tx, old.get());
    }
  }

  /** Why a task died of an attempt. */
  static MemoryDead.Death of(Reason reason, MeshError why) {
    return new MemoryDead.Death(reason, why);
  }

  private void gone(Commitment tx, MemoryTask task) {
    ground.keys().leaves(tx, task);
    ground.book().drop(tx, task);
  }
}
