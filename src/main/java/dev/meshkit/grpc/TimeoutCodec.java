package dev.meshkit.grpc;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code grpc-timeout}: 1 to 8 digits and a unit. */
final class TimeoutCodec {
  private static final String UNITS = "numSMH";
  private static final long[] NANOS = {
    1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
  };
  private static final long LIMIT = 100_000_000;

  private TimeoutCodec() {}

  /** In the finest unit that fits, rounded up, and never 0. */
  static String encode(long nanos) {
    var left = Math.max(nanos, 1);
    var unit = 0;
    while (Math.ceilDiv(left, NANOS[unit]) >= LIMIT) unit++;
    return Math.ceilDiv(left, NANOS[unit]) + String.valueOf(UNITS.charAt(unit));
  }

  /**
   * Lets pass what is a timeout, or absent.
   *
   * @throws IllegalArgumentException otherwise: whoever sent it means some deadline
   */
  static void check(@Nullable CharSequence text) {
    if (text != null && decode(text).isEmpty()) {
      throw new IllegalArgumentException("no grpc-timeout: " + text);
    }
  }

  /** In nanoseconds, or empty if it is none. */
  static OptionalLong decode(CharSequence text) {
    var digits = text.length() - 1;
    if (digits < 1 || digits > 8) return OptionalLong.empty();
    var unit = UNITS.indexOf(text.charAt(digits));
    if (unit < 0) return OptionalLong.empty();
    var value = 0L;
    for (var i = 0; i < digits; i++) {
      var digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) return OptionalLong.empty();
      value = value * 10 + digit;
    }
    return OptionalLong.of(saturated(value, NANOS[unit]));
  }

  private static long saturated(long value, long nanos) {
    return value > Long.MAX_VALUE / nanos ? Long.MAX_VALUE : value * nanos;
  }
}
