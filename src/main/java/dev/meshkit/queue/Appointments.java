package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.TaskTable.Delayed;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.List;

/**
 * Keeps tasks that wait for a time of the wall clock ({@link When.At}) true to it. They wait by the
 * queue clock like all others; when the wall clock has moved against that, and at the start, those
 * that are off get their due time anew, page by page. All other delays follow no jump.
 *
 * <p>While such a task may wait the clocks are compared once a second, in memory. Confined to the
 * sweeper.
 */
final class Appointments {
  /** How often the clocks are compared while a task waits for the wall clock. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private static final long TOLERANCE_MS = 100;
  private static final int PAGE = 500;

  private final Ground ground;
  private long kept = -1; // the jump up to which all are true; none yet

  Appointments(Ground ground) {
    this.ground = ground;
  }

  /** Whether the wall clock must be watched. */
  boolean isWatching() {
    return ground.alarm().watchesWall() && ground.lanes().publishedLive() > 0;
  }

  /** Looks at the clocks; after a jump it reads all delayed tasks, and moves those that are off. */
  void keep() throws InterruptedException {
    if (ground.options().mode() == QueueOptions.Mode.STRICT) return; // such lanes take no At
    var jumps = ground.store().clockJumps();
    if (jumps != kept && areKept()) kept = jumps;
  }

  /** False if the store did not take part: the next look tries again. */
  private boolean areKept() throws InterruptedException {
    for (var after = Delayed.FIRST; ; ) {
      var last = after;
      var page = ground.store().read(read -> TaskTable.delayed(read, ground.qid(), last, PAGE));
      if (!(page instanceof Result.Ok<List<Delayed>>(var tasks))) return false;
      if (tasks.isEmpty()) return true;
      if (!isKept(tasks)) return false;
      after = tasks.getLast();
    }
  }

  private boolean isKept(List<Delayed> tasks) throws InterruptedException {
    var made = tasks.stream().filter(task -> task.atWallMs() != 0).toList();
    if (!made.isEmpty()) ground.alarm().byWall();
    var off = made.stream().filter(this::isOff).toList();
    return off.isEmpty() || ground.life().write(Op.record("queue.at", tx -> move(tx, off))).isOk();
  }

  /** One whose time is over by both reckonings is about to start anyway. */
  private boolean isOff(Delayed task) {
    var trueMs = trueDueMs(task);
    return Math.abs(trueMs - task.dueMs()) > TOLERANCE_MS
        && Math.max(trueMs, task.dueMs()) > ground.nowMs();
  }

  private Unit move(StoreTx tx, List<Delayed> off) {
    for (var task : off) {
      var dueMs = Math.max(ground.nowMs(), trueDueMs(task));
      TaskTable.move(tx, task, dueMs);
      tx.afterCommit(() -> ground.alarm().at(dueMs));
    }
    return Unit.UNIT;
  }

  private long trueDueMs(Delayed task) {
    return ground.nowMs() + task.atWallMs() - ground.wall().toEpochMilli();
  }
}
