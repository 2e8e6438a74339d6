package dev.meshkit.link;

import dev.meshkit.transport.Family;
import java.time.Duration;
import java.time.Instant;

/**
 * How much one peer may send on one stream: so many frames and bytes a second, and at once what may
 * have waited while its last stream did not keep up, for a hand-over brings it all. Confined to the
 * reader's thread.
 */
final class Allowance {
  private final double framesPerSecond;
  private final double framesAtOnce;
  private final double bytesPerSecond;
  private double frames;
  private double bytes;
  private Instant filled;

  private Allowance(
      double framesPerSecond, double framesAtOnce, double bytesPerSecond, Instant now) {
    this.framesPerSecond = framesPerSecond;
    this.framesAtOnce = framesAtOnce;
    this.bytesPerSecond = bytesPerSecond;
    this.frames = framesAtOnce;
    this.bytes = bytesPerSecond;
    this.filled = now;
  }

  /** Full, at {@code now} of the monotonic clock. */
  static Allowance of(Family family, Instant now) {
    return switch (family) {
      case STREAM -> new Allowance(100, Outgoing.MAX_FRAMES, Outgoing.MAX_BYTES, now);
      case ELECT -> new Allowance(200, Outgoing.MAX_FRAMES, 4 * Outgoing.MAX_BYTES, now);
      case DELIVER -> new Allowance(Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE, now);
    };
  }

  /** Whether a frame of {@code size} bytes may pass at {@code now}; if so it is paid for. */
  boolean permits(int size, Instant now) {
    var seconds = Duration.between(filled, now).toNanos() / 1e9;
    frames = Math.min(framesAtOnce, frames + seconds * framesPerSecond);
    bytes = Math.min(bytesPerSecond, bytes + seconds * bytesPerSecond);
    filled = now;
    if (frames < 1 || bytes < size) return false;
    frames--;
    bytes -= size;
    return true;
  }
}
