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
 * @param since when it began
 * @param probe when a leader asks the disk again, if nothing is under way
 * @param times how long persists take
 */
record Disk(
    Durable durable,
    Durable issued,
    long k,
    boolean busy,
    Instant since,
    Instant probe,
    WriteTimes times) {
  /** At whole seconds, when a leader beats: what is awake then need not be woken for it. */
  private static final Duration PROBE = Duration.ofSeconds(1);

  private static final Duration SOONEST = Duration.ofMillis(500);

  /**
   * How much later who was spared a probe asks by itself: so long the other scope, which asked
   * first, may take for its next one before there are two a second.
   */
  static final Duration SPARED = Duration.ofMillis(250);

  static Disk holding(Durable durable, Instant now) {
    return new Disk(durable, durable, 0, false, now, probeAfter(now), WriteTimes.NONE);
  }

  /** The persist after which {@code current} is durable; 0 if it is. */
  long covering(Durable current) {
    if (current.equals(durable)) return 0;
    return busy && current.equals(issued) ? k : k + 1;
  }

  Disk issuing(Durable current, Instant now) {
    return new Disk(durable, current, k + 1, true, now, probe, times);
  }

  Disk done(long which, Instant now) {
    if (!busy || which != k) return this;
    var took = times.and(Duration.between(since, now));
    return new Disk(issued, issued, k, false, since, probeAfter(now), took);
  }

  /**
   * Another scope's write is durable on the same disk: it tells as much about the disk as a write
   * of one's own, and how long it took counts as much. Nothing of this scope is durable by it, and
   * a persist that is under way is overdue no later for it.
   */
  Disk vouched(Instant began, Instant ended) {
    if (busy) return this;
    var spared = probeAfter(ended).plus(SPARED);
    var took = times.and(Duration.between(began, ended));
    var next = spared.isAfter(probe) ? spared : probe;
    return new Disk(durable, issued, k, false, since, next, took);
  }

  private static Instant probeAfter(Instant write) {
    return Grid.last(write, PROBE, SOONEST);
  }

  /** When a persist that is under way is overdue. */
  Instant deadline(Profile profile) {
    return busy ? since.plus(profile.disk()) : Instant.MAX;
  }

  /** When a leader finds out whether the disk still answers. */
  Instant probeDue() {
    return busy ? Instant.MAX : probe;
  }

  boolean keepsUp(Profile profile, Instant now) {
    return now.isBefore(deadline(profile));
  }
}
