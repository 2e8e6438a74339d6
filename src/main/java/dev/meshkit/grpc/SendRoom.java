package dev.meshkit.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of messages QUIC has not taken yet. Below 32 KiB a call is ready; Netty itself
 * queues without bound and ignores its watermark.
 *
 * <p>The bytes, and whether the call is owed a word that it is ready again, are one number: a
 * sender that fills what the loop empties at the same time must neither wait without that word
 * coming, nor take it from one who waits.
 */
final class SendRoom {
  private static final long READY_BYTES = 32 << 10;
  private static final long OWED = 1;

  private final AtomicLong state = new AtomicLong(); // bytes * 2, and OWED if it was full since

  /** A message of so many bytes was handed over. Any thread. */
  void fill(long bytes) {
    state.updateAndGet(
        before -> {
          var after = before + 2 * bytes;
          return isReady(after) ? after : after | OWED;
        });
  }

  /** So many bytes were taken, or dropped; true if that made a full stream ready. Loop only. */
  boolean drain(long bytes) {
    var before =
        state.getAndUpdate(
            full -> {
              var after = full - 2 * bytes;
              return isReady(after) ? after & ~OWED : after;
            });
    return (before & OWED) != 0 && isReady(before - 2 * bytes);
  }

  boolean isReady() {
    return isReady(state.get());
  }

  private static boolean isReady(long state) {
    return state >> 1 < READY_BYTES;
  }
}
