package dev.meshkit.grpc;

import java.time.Duration;

/**
 * Whether what a connection brings is usually answered at once: a call, by its response; a
 * response, by the next call of the same caller. If so, the acknowledgement of it waits for the
 * answer, to leave in one packet with it.
 *
 * <p>Confined to the event loop.
 */
final class Habit {
  /** How soon an answer must come, and how long an acknowledgement waits; RFC 9000 allows 25 ms. */
  static final Duration SOON = Duration.ofMillis(5);

  /** Answers in a row that make a habit. */
  static final int SURE = 3;

  private int streak;
  private boolean open;
  private long readNanos;

  /** Something was read. */
  void read(long nowNanos) {
    open = true;
    readNanos = nowNanos;
  }

  /** Something is written; whether it answers what was read, nobody knows. */
  void wrote(long nowNanos) {
    if (!open) return;
    open = false;
    streak = nowNanos - readNanos <= SOON.toNanos() ? Math.min(SURE, streak + 1) : 0;
  }

  /** An answer was waited for, and did not come. */
  void broken() {
    streak = 0;
    open = false;
  }

  /** Whether an answer is to be expected. */
  boolean isSure() {
    return streak >= SURE;
  }
}
