package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.store.Commitment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The dead of a memory queue, within their age, rows and bytes. Guarded by the queue's lock. */
final class MemoryDead {
  private final QueueOptions options;
  private final MemoryClock clock;
  private final NavigableMap<Long, Grave> graves = new TreeMap<>();
  private long lastDid;
  private long bytes;

  /**
   * A dead task.
   *
   * @param lane it was in
   * @param row as it was
   * @param task as operators see it
   */
  record Grave(MemoryLane lane, TaskRow row, DeadTask task) {
    /** As it is judged. */
    DeadTable.Stone stone() {
      return new DeadTable.Stone(
          task.did(),
          row.seq(),
          lane.lid(),
          lane.lane(),
          row.size(),
          task.reason(),
          task.redrives(),
          task.diedWall().toEpochMilli(),
          row.origin(),
          row.enqueuedWallMs());
    }

    /** As it stands in a list. */
    DeadTask brief() {
      return new DeadTask(
          task.did(),
          task.id(),
          task.queue(),
          task.lane(),
          task.kind(),
          task.reason(),
          task.code(),
          task.why(),
          task.attempts(),
          task.crashes(),
          task.redrives(),
          task.enqueuedWall(),
          task.diedWall(),
          task.sizeBytes(),
          Map.of(),
          Bytes.EMPTY,
          List.of(),
          "");
    }
  }

  MemoryDead(QueueOptions options, MemoryClock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Adds a task; its number among the dead. */
  long bury(Commitment tx, MemoryLane lane, TaskRow row, Death death) {
    var did = ++lastDid;
    var grave = new Grave(lane, row, task(did, lane.lane(), row, death));
    graves.put(did, grave);
    bytes += row.size();
    tx.onRollback(() -> forget(did));
    return did;
  }

  /** Why a task is dead. */
  record Death(Reason reason, MeshError why) {}

  /** It is no longer dead. */
  void remove(Commitment tx, long did) {
    var grave = forget(did);
    tx.onRollback(
        () -> {
          graves.put(did, grave);
          bytes += grave.row().size();
        });
  }

  /** The oldest one that the retention does not keep. */
  Optional<Grave> tooMuch() {
    if (graves.isEmpty()) return Optional.empty();
    var keep = options.retention();
    var oldest = graves.firstEntry().getValue();
    var nowMs = Math.min(clock.nowMs(), clock.wall().toEpochMilli());
    var isOld = oldest.task().diedWall().toEpochMilli() < nowMs - Horizon.millis(keep.age());
    var isMuch = graves.size() > keep.rows() || bytes > keep.bytes();
    return isOld || isMuch ? Optional.of(oldest) : Optional.empty();
  }

  Optional<Grave> find(long did) {
    return Optional.ofNullable(graves.get(did));
  }

  /** Those with a number above one and up to another, oldest first. */
  List<Grave> between(long after, long upTo) {
    return after >= upTo
        ? List.of()
        : List.copyOf(graves.subMap(after, false, upTo, true).values());
  }

  /** The dead task that had this number as a live one. */
  Optional<DeadTask> of(TaskId id) {
    return graves.values().stream().map(Grave::task).filter(t -> t.id().equals(id)).findFirst();
  }

  /** The highest number that anybody dead has had. */
  long lastEver() {
    return lastDid;
  }

  /** Whether a filter names it. */
  static boolean isNamed(Grave grave, PoisonFilter filter) {
    var task = grave.task();
    return (filter.did() == 0 || filter.did() == task.did())
        && (filter.kind().isEmpty() || filter.kind().equals(task.kind()))
        && (filter.code().isEmpty() || filter.code().equals(task.code()))
        && (filter.lane().isEmpty() || filter.lane().equals(task.lane().key()));
  }

  private Grave forget(long did) {
    var grave = graves.remove(did);
    if (grave == null) throw new IllegalStateException("nobody dead has number " + did);
    bytes -= grave.row().size();
    return grave;
  }

  private DeadTask task(long did, Lane lane, TaskRow row, Death death) {
    return new DeadTask(
        did,
        new TaskId(row.seq()),
        options.name(),
        lane,
        row.kind(),
        death.reason(),
        death.why().code(),
        Text.cut(death.why().why()),
        row.attempt(),
        row.crash(),
        row.redrives(),
        Instant.ofEpochMilli(row.enqueuedWallMs()),
        clock.wall(),
        row.size(),
        Text.headers(row.headers()),
        row.body(),
        Text.errors(row.errors()),
        Text.stack(death.why()).utf8());
  }
}
