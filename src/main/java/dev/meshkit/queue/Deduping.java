package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.Optional;

/**
 * Which task has a dedup key: a live one, or one that has left within the window, by the queue
 * clock. What has left longer ago is forgotten in chunks, and without any there is nothing to look
 * after. Runs on the writer thread, except {@link #untilPrune} and {@link #tick}.
 */
final class Deduping {
  private static final int CHUNK = 500;

  /** Rows may outlive their time by this, so that forgetting costs a commit a minute at most. */
  private static final long SLACK_MS = 60_000;

  static final String FIND = "SELECT seq FROM dedup WHERE lid = ? AND key = ? AND exp > ?";
  private static final String REMEMBER =
      """
      INSERT INTO dedup (lid, key, seq, exp)
      SELECT lid, dedup, seq, ? FROM task WHERE seq = ? AND dedup IS NOT NULL
      ON CONFLICT (lid, key) DO UPDATE SET seq = excluded.seq, exp = excluded.exp""";
  private static final String NEXT = "SELECT exp FROM dedup ORDER BY exp LIMIT 1";
  static final String PRUNE =
      """
      DELETE FROM dedup WHERE (lid, key) IN
        (SELECT lid, key FROM dedup WHERE exp <= ? ORDER BY exp LIMIT ?)""";

  private final Store store;
  private final Alarm alarm;
  private final long windowMs;
  private final Op<Unit> prune = Op.record("queue.dedup", this::prune);
  private volatile long pruneMs = Long.MAX_VALUE; // when to look again, by the queue clock

  Deduping(Store store, Alarm alarm, Duration window) {
    this.store = store;
    this.alarm = alarm;
    this.windowMs = Horizon.millis(window);
  }

  /** Reads what an earlier process left; once, before anything else. */
  void load(StoreTx tx) {
    pruneMs = next(tx);
  }

  /** The task that makes another with this key a duplicate. */
  Optional<TaskId> twin(StoreTx tx, LaneState lane, String key) {
    if (key.isEmpty()) return Optional.empty();
    var live = TaskTable.withDedup(tx, lane.lid(), key);
    if (live.isPresent()) return Optional.of(new TaskId(live.getAsLong()));
    if (windowMs == 0) return Optional.empty();
    return tx.first(FIND, row -> new TaskId(row.getLong(1)), lane.lid(), key, nowMs());
  }

  /** A task is about to be removed, by whatever end but a cancel: its key stays for the window. */
  void leaves(StoreTx tx, long seq) {
    if (windowMs == 0) return;
    var expMs = nowMs() + windowMs;
    if (tx.update(REMEMBER, expMs, seq) == 0) return;
    tx.afterCommit(
        () -> { // whatever was to be pruned before: that may have come to its end in this commit
          var first = pruneMs == Long.MAX_VALUE;
          pruneMs = Math.min(pruneMs, expMs + SLACK_MS);
          if (first) alarm.wake();
        });
  }

  /** How long until there is something to forget; empty while there is nothing. */
  Optional<Duration> untilPrune() {
    var atMs = pruneMs;
    return atMs == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(0, atMs - nowMs())));
  }

  /** Forgets what it is time to forget, a chunk. */
  void tick() throws InterruptedException {
    if (nowMs() < pruneMs) return;
    if (!store.submit(prune).isOk()) pruneMs = nowMs() + SLACK_MS;
  }

  private Unit prune(StoreTx tx) {
    var more = tx.update(PRUNE, nowMs(), CHUNK) == CHUNK;
    var nextMs = more ? nowMs() : next(tx);
    tx.afterCommit(() -> pruneMs = nextMs);
    return Unit.UNIT;
  }

  private static long next(StoreTx tx) {
    return tx.first(NEXT, row -> row.getLong(1) + SLACK_MS).orElse(Long.MAX_VALUE);
  }

  private long nowMs() {
    return store.clock().instant().toEpochMilli();
  }
}
