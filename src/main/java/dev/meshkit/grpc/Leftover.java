package dev.meshkit.grpc;

/**
 * What a client still sends after it has its answer: so much, and for so long, it is read and
 * dropped; then the client is told to stop. Confined to the event loop.
 */
final class Leftover {
  private static final long MOST_BYTES = 64 << 10;
  private static final int MOST_TICKS = Ticks.A_SECOND;

  private long bytes;
  private int ticks;

  void read(int more) {
    bytes += more;
  }

  /** Another 250 ms have passed. */
  void tick() {
    ticks++;
  }

  boolean isTooMuch() {
    return bytes > MOST_BYTES || ticks > MOST_TICKS;
  }
}
