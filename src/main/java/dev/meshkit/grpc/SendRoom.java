package dev.meshkit.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of messages QUIC has not taken yet. Below 32 KiB a call is ready; Netty itself
 * queues without bound and ignores its watermark.
 */
final class SendRoom {
  private static final long READY_BYTES = 32 << 10;

  private final AtomicLong unsent = new AtomicLong();
  private volatile boolean wasFull;

  /** A message of so many bytes was handed over. Any thread. */
  void fill(long bytes) {
    if (unsent.addAndGet(bytes) >= READY_BYTES) wasFull = true;
  }

  /** So many bytes were taken, or dropped; true if that made a full stream ready. Loop only. */
  boolean drain(long bytes) {
    if (unsent.addAndGet(-bytes) >= READY_BYTES || !wasFull) return false;
    wasFull = false;
    return true;
  }

  boolean isReady() {
    return unsent.get() < READY_BYTES;
  }
}
