package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/** A live task of a memory queue. Guarded by the queue's lock; changed by {@link MemoryBook}. */
final class MemoryTask {
  private static final Deadline NONE = new Deadline(Instant.EPOCH, Duration.ZERO);

  private final MemoryLane lane;
  private final TaskTable.Keys keys;
  private Standing now;

  MemoryTask(MemoryLane lane, TaskTable.Keys keys, Standing now) {
    this.lane = lane;
    this.keys = keys;
    this.now = now;
  }

  /**
   * A task as it stands: leased if it has a fence, delayed if it has a due time, else ready.
   *
   * @param row what it is
   * @param dueMs by the queue clock
   * @param atWallMs by the wall clock, if that is what it waits for
   * @param fence of its lease
   * @param deadline of its lease
   */
  record Standing(TaskRow row, long dueMs, long atWallMs, long fence, Deadline deadline) {
    static Standing ready(TaskRow row) {
      return new Standing(row, 0, 0, 0, NONE);
    }

    static Standing delayed(TaskRow row, TaskTable.Start start) {
      return new Standing(row, start.dueMs(), start.atWallMs(), 0, NONE);
    }

    static Standing leased(TaskRow row, long fence, Deadline deadline) {
      return new Standing(row, 0, 0, fence, deadline);
    }

    boolean isLeased() {
      return fence != 0;
    }

    boolean isDelayed() {
      return dueMs != 0;
    }
  }

  MemoryLane lane() {
    return lane;
  }

  TaskTable.Keys keys() {
    return keys;
  }

  Standing now() {
    return now;
  }

  void stand(Standing then) {
    now = then;
  }

  TaskRow row() {
    return now.row();
  }

  long seq() {
    return now.row().seq();
  }
}
