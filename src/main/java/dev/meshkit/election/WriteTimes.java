package dev.meshkit.election;

import java.time.Duration;

/**
 * How long this node's disk takes, in two numbers instead of a history: the longest two writes,
 * each of which falls by half a percent a write. The second of them is W99: about one write in
 * fifty to a hundred takes longer, and one alone that hangs does not count.
 *
 * @param longest the longest
 * @param w99 the second
 */
record WriteTimes(Duration longest, Duration w99) {
  static final WriteTimes NONE = new WriteTimes(Duration.ZERO, Duration.ZERO);

  private static final int FALL = 200;

  /** After one more write. */
  WriteTimes and(Duration took) {
    var most = fallen(longest);
    var next = fallen(w99);
    if (took.compareTo(most) > 0) return new WriteTimes(took, most);
    return new WriteTimes(most, took.compareTo(next) > 0 ? took : next);
  }

  private static Duration fallen(Duration peak) {
    return peak.minus(peak.dividedBy(FALL));
  }
}
