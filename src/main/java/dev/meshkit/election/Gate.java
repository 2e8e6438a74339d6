package dev.meshkit.election;

import dev.meshkit.api.Bytes;

/**
 * Which version of one change runs in a scope, as its voters agreed.
 *
 * @param change its name, 1 to 64 bytes of UTF-8
 * @param version the one that runs
 * @param min the least that may be in use
 * @param max the greatest that may be in use
 * @param rollout who runs it already, at most {@link #MAX_ROLLOUT} bytes; the gate's own format
 * @param epoch counts the decisions about this change
 */
public record Gate(String change, int version, int min, int max, Bytes rollout, long epoch)
    implements Comparable<Gate> {
  /** The longest name, bytes. */
  public static final int MAX_BYTES = 64;

  /**
   * The longest rollout, bytes: room for 16 patterns of 64 bytes of each of two kinds. A record has
   * no room for as many gates of that size as it may have gates; then it takes no more.
   */
  public static final int MAX_ROLLOUT = 2_128;

  /** Checks the limits. */
  public Gate {
    var size = Bytes.utf8(change).size();
    if (size == 0 || size > MAX_BYTES)
      throw new IllegalArgumentException("the name of a change has 1 to 64 bytes, not " + size);
    if (min < 0 || min > version || version > max)
      throw new IllegalArgumentException(
          "want 0 <= min <= version <= max, not " + min + ", " + version + ", " + max);
    if (rollout.size() > MAX_ROLLOUT)
      throw new IllegalArgumentException(
          "a rollout has at most " + MAX_ROLLOUT + " bytes, not " + rollout.size());
    if (epoch < 0) throw new IllegalArgumentException("an epoch is not negative: " + epoch);
  }

  /** By name: a record has one gate a change. */
  @Override
  public int compareTo(Gate other) {
    return change.compareTo(other.change);
  }
}
