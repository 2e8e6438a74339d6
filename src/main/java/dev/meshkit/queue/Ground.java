package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Token;
import dev.meshkit.store.Store;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
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
    Alarm alarm) {
  /** The queue clock. */
  long nowMs() {
    return store.clock().instant().toEpochMilli();
  }

  /** The wall clock, for stored timestamps. */
  Instant wall() {
    return store.clocks().wall().instant();
  }

  /** The monotonic clock, for deadlines. */
  Instant monotonic() {
    return store.clocks().monotonic().instant();
  }

  /** A task's stable name: the first 16 bytes of SHA-256(store_uuid ‖ seq). Fixed by the format. */
  Token token(long seq) {
    return token(store.uuid(), seq);
  }

  /** The same, of a task of a store. */
  static Token token(Bytes store, long seq) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(store.asBuffer());
      sha.update(ByteBuffer.allocate(Long.BYTES).putLong(seq).flip());
      return new Token(Bytes.of(Arrays.copyOf(sha.digest(), 16)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
