package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;

/**
 * How far the disk is behind memory. One persist is under way at most; what changes meanwhile
 * coalesces into the next, because states only grow.
 *
 * @param durable what is on disk for certain
 * @param issued what the latest persist says
 * @param k the latest persist; 0: none yet
 * @param busy whether it is under way
 * @param since when it began, or when the last one ended
 * @param times how long persists take
 */
record Disk(
    Durable durable, Durable issued, long k, boolean busy, Instant since, WriteTimes times) {
  private static final Duration PROBE = Duration.ofSeconds(1);

  static Disk holding(Durable durable, Instant now) {
    return new Disk(durable, durable, 0, false, now, WriteTimes.NONE);
  }

  /** The persist after which {@code current} is durable; 0 if it is. */
  long covering(Durable current) {
    if (current.equals(durable)) return 0;
    return busy && current.equals(issued) ? k : k + 1;
  }

  Disk issuing(Durable current, Instant now) {
    return new Disk(durable, current, k + 1, true, now, times);
  }

  Disk done(long which, Instant now) {
    if (!busy || which != k) return this;
    var took = times.and(Duration.between(since, now));
    return new Disk(issued, issued, k, false, now, took);
  }

  /** When a persist that is under way is overdue. */
  Instant deadline(Profile profile) {
    return busy ? since.plus(profile.disk()) : Instant.MAX;
  }

  /** When a leader finds out whether the disk still answers. */
  Instant probeDue() {
    return busy ? Instant.MAX : since.plus(PROBE);
  }

  boolean keepsUp(Profile profile, Instant now) {
    return now.isBefore(deadline(profile));
  }
}
