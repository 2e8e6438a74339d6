package dev.meshkit.election;

import java.time.Duration;

/**
 * What the network and the disk, as they are, make of the bounds of a {@link Profile} (§6). A
 * promise shorter than this would run out in good health; a round that ends sooner is lost to
 * answers that are under way.
 *
 * @param trip SRTT and RTTVAR of the slowest voter in the fastest quorum
 * @param w99 of writes
 */
record Measured(RoundTrip trip, Duration w99) {
  private static final int TRIPS = 10;
  private static final int BEATS = 6;
  private static final int PERCENT = 100;

  /**
   * P = clamp(max(6H, 10·SRTT, SRTT + 4·RTTVAR + 2·W99), floor, {@code most}), in whole
   * milliseconds; it rises at once and falls by 1 % a beat. A {@code most} below the floor is left
   * to the voters, who grant no more.
   *
   * @param before P of the beat before
   * @param most the longest promise of the record
   */
  Duration promise(Profile profile, Duration before, Duration most) {
    var smoothed = trip.smoothed();
    var late = smoothed.plus(trip.variation().multipliedBy(4)).plus(w99.multipliedBy(2));
    var needed = longer(profile.heartbeat().multipliedBy(BEATS), wholeMillis(late));
    needed = longer(needed, wholeMillis(smoothed.multipliedBy(TRIPS)));
    var fallen = before.multipliedBy(PERCENT - 1).dividedBy(PERCENT);
    needed = longer(needed, Duration.ofMillis(fallen.toMillis()));
    return longer(needed.compareTo(most) < 0 ? needed : most, profile.promise());
  }

  /** max(J, 4·SRTT + 2·W99). */
  Duration deadline(Profile profile) {
    var answered = trip.smoothed().multipliedBy(4).plus(w99.multipliedBy(2));
    return longer(profile.jitter(), wholeMillis(answered));
  }

  private static Duration longer(Duration one, Duration other) {
    return Generations.longer(one, other);
  }

  /** Rounded up: a beat says P in milliseconds. */
  private static Duration wholeMillis(Duration exact) {
    return Duration.ofMillis(exact.plusNanos(999_999).toMillis());
  }
}
