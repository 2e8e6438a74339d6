package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What stands in a question for a sign of life: the last round trip that whoever asks has measured,
 * in ns, since whoever was dialled cannot. Nothing, or anything else, means that it has not.
 */
final class RoundTrip {
  private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

  private RoundTrip() {}

  static Bytes said(Duration measured) {
    if (measured.isZero()) return Bytes.EMPTY;
    return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(measured.toNanos()).array());
  }

  /** Zero if nothing was said that can be so. */
  static Duration heard(Bytes said) {
    if (said.size() != Long.BYTES) return Duration.ZERO;
    var nanos = ByteBuffer.wrap(said.toArray()).getLong();
    return nanos < 0 || nanos > MOST_NANOS ? Duration.ZERO : Duration.ofNanos(nanos);
  }
}
