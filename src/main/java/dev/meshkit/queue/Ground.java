package dev.meshkit.queue;

import dev.meshkit.store.Store;
import java.time.Instant;
import java.util.Map;

/**
 * What the roles of one queue share.
 *
 * @param life whether it is open, and its way into the store
 * @param store where it lies
 * @param options its rules
 * @param qid its number
 * @param lanes its lanes; the writer thread's
 * @param dead its dead in numbers
 * @param seqs task numbers; the writer thread's
 * @param fences lease fences; the writer thread's
 * @param held the leases of this process by task; changed on the writer thread after a commit
 * @param endings who waits for which task's end
 * @param breakers which lane keys are left alone for now
 * @param deduping who has which dedup key
 * @param traces what tasks went through
 * @param alarm when time has something to do
 */
record Ground(
    QueueLife life,
    Store store,
    QueueOptions options,
    long qid,
    LaneBook lanes,
    DeadBook dead,
    Ids seqs,
    Ids fences,
    Map<Long, Held> held,
    Endings endings,
    Breakers breakers,
    Deduping deduping,
    Traces traces,
    Alarm alarm) {
  /** The queue clock. */
  long nowMs() {
    return store.clock().instant().toEpochMilli();
  }

  /** The later of the queue clock and the wall clock: one set back makes nothing younger. */
  long latestMs() {
    return Math.max(nowMs(), wall().toEpochMilli());
  }

  /** The wall clock, for stored timestamps. */
  Instant wall() {
    return store.clocks().wall().instant();
  }

  /** The monotonic clock, for deadlines. */
  Instant monotonic() {
    return store.clocks().monotonic().instant();
  }
}
