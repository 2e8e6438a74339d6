package dev.meshkit.grpc;

/**
 * What the calls of one connection have to send and QUIC has not taken yet, all together. From 8
 * MiB on none of them is ready, until less than half of that is left.
 *
 * <p>Confined to the event loop, but for {@link #isSpent}.
 */
final class SendBudget {
  static final long MOST_BYTES = 8 << 20;

  private final Runnable whenRoom;
  private long unsent;
  private volatile boolean spent;

  /** A budget that runs {@code whenRoom} when calls may be ready again. */
  SendBudget(Runnable whenRoom) {
    this.whenRoom = whenRoom;
  }

  /** So many bytes wait. */
  void spend(long bytes) {
    unsent += bytes;
    if (unsent >= MOST_BYTES) spent = true;
  }

  /** So many bytes of those were taken, or dropped. */
  void giveBack(long bytes) {
    unsent -= bytes;
    if (!spent || unsent >= MOST_BYTES / 2) return;
    spent = false;
    whenRoom.run();
  }

  /** Whether the connection has more to send than it should. Any thread. */
  boolean isSpent() {
    return spent;
  }
}
