package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of a stream was read that its call does not want yet: at most 64 KiB, so that unread
 * bytes keep QUIC's window shut, while a reset is noticed all the same. A buffer weighs more than
 * it holds, lest a peer that sends little at a time has us keep much; and takes at most twice what
 * it weighs, of what {@link #isBehind} lets pass.
 *
 * <p>The event loop asks and adds, the call's lane gives back.
 */
final class ReadAhead {
  private static final long LIMIT_BYTES = 64 << 10;
  private static final long BEHIND_BYTES = 2 << 10;
  private static final long BUFFER_BYTES = 256; // of a buffer, its place in a queue, and its reader

  private final AtomicLong unwanted = new AtomicLong();
  private volatile boolean stalled;

  /** What keeping a buffer costs, in bytes; the same when it is handed over and given back. */
  static long weightOf(ByteBuf bytes) {
    return BUFFER_BYTES + bytes.readableBytes();
  }

  /** Bytes of this weight were handed to the call. */
  void add(long bytes) {
    unwanted.addAndGet(bytes);
  }

  /**
   * Whether the call has left some of it lying: from here on what is kept for it is kept tight
   * ({@link Pieces#tight}), which a call that keeps up need not pay for.
   */
  boolean isBehind() {
    return unwanted.get() >= BEHIND_BYTES;
  }

  /** Whether to read on; if not, a later {@link #giveBack} says when. */
  boolean hasRoom() {
    stalled = true; // said before looking, so that a lane that looks after us does not miss it
    if (unwanted.get() >= LIMIT_BYTES) return false;
    stalled = false;
    return true;
  }

  /**
   * The call wants what follows bytes of this weight; true if reading had stopped and may go on.
   */
  boolean giveBack(long bytes) {
    return unwanted.addAndGet(-bytes) < LIMIT_BYTES && stalled;
  }
}
