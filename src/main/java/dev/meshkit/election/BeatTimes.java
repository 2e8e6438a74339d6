package dev.meshkit.election;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * When each of a leader's recent beats left, by seq: seqs of a tenure have no gaps. Immutable, and
 * of one piece in memory, since it is copied with each beat and looked at with each
 * acknowledgement.
 */
public final class BeatTimes {
  /** Beats whose times are kept: an acknowledgement later than so many carries nothing. */
  static final int KEPT = 64;

  static final BeatTimes NONE = new BeatTimes(0, new long[0]);

  private final long latest;
  private final long[] nanos; // of beats latest - length + 1 to latest

  private BeatTimes(long latest, long[] nanos) {
    this.latest = latest;
    this.nanos = nanos;
  }

  /** With one more beat. */
  public BeatTimes and(Instant at) {
    var from = nanos.length == KEPT ? 1 : 0;
    var more = Arrays.copyOfRange(nanos, from, nanos.length + 1);
    more[more.length - 1] = nanos(at);
    return new BeatTimes(latest + 1, more);
  }

  /** When beat {@code seq} left; empty if that was too long ago, or is yet to come. */
  public Optional<Instant> at(long seq) {
    var place = seq - latest + nanos.length - 1;
    if (place < 0 || place >= nanos.length) return Optional.empty();
    return Optional.of(instant(nanos[(int) place]));
  }

  private static long nanos(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BeatTimes that
        && latest == that.latest
        && Arrays.equals(nanos, that.nanos);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(latest) + Arrays.hashCode(nanos);
  }

  @Override
  public String toString() {
    return latest + " " + Arrays.toString(nanos);
  }
}
