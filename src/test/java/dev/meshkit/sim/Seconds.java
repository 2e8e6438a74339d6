package dev.meshkit.sim;

/** Virtual time as people read it. */
final class Seconds {
  private Seconds() {}

  /** Nanoseconds as seconds with six digits, without a locale. */
  static String text(long nanos) {
    var micros = nanos / 1000;
    var fraction = Long.toString(1_000_000 + micros % 1_000_000).substring(1);
    return micros / 1_000_000 + "." + fraction + "s";
  }

  /** Seconds as nanoseconds. */
  static long of(double seconds) {
    return (long) (seconds * 1e9);
  }
}
