package dev.meshkit.sim;

import dev.meshkit.sim.Coverage.Need;
import dev.meshkit.sim.Coverage.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all campaigns of {@code make sim} together must have seen (V21, V22; simulation.md §8): each
 * scenario has needs of its own besides. Minima are of so many runs, and grow with those there are.
 */
final class Gates {
  private static final long ELECTIONS = 2_000;
  private static final long GOSSIPS = 200;
  private static final int SHAPES = 10;

  private static final List<Need> ELECTION =
      List.of(
          new Need(Seen.WIN, 5_000),
          new Need(Seen.SPLIT_VOTE, 20),
          new Need(Seen.REFUSED_PROMISE, 100),
          new Need(Seen.REFUSED_STALE, 100),
          new Need(Seen.REFUSED_VOTED, 100),
          new Need(Seen.REFUSED_QUIET, 100),
          new Need(Seen.LOST_TO_PROMISE, 100),
          new Need(Seen.LOST_TO_STALE, 100),
          new Need(Seen.LOST_TO_VOTED, 100),
          new Need(Seen.LOST_TO_QUIET, 100),
          new Need(Seen.LOST_LAPSE, 50),
          new Need(Seen.LOST_TERM, 10), // a time that is over is read first, so few are left
          new Need(Seen.LOST_DISK, 50),
          new Need(Seen.HANDED_OVER, 50),
          new Need(Seen.CRASH_MID_STEP, 100),
          new Need(Seen.CRASH_BEFORE_DURABLE, 100),
          new Need(Seen.CRASH_BEFORE_PUBLISH, 2),
          new Need(Seen.RECORD_COMMITTED, 3_000),
          new Need(Seen.RECORD_KEPT, 50),
          new Need(Seen.RECORD_LOST, 50),
          new Need(Seen.DEPOSED_OFFER, 50),
          new Need(Seen.UNMOVED, 5_000),
          new Need(Seen.FOREIGN_BIRTH, 10_000),
          new Need(Seen.WILD_TERM, 10_000),
          new Need(Seen.MALFORMED, 10_000),
          new Need(Seen.OF_ONE, 100),
          new Need(Seen.OF_TWO, 100),
          new Need(Seen.OF_THREE, 100),
          new Need(Seen.OF_FOUR, 100),
          new Need(Seen.OF_FIVE, 100),
          new Need(Seen.OF_SIX, 100),
          new Need(Seen.OF_SEVEN, 100),
          new Need(Seen.LED_AT_START, 50),
          new Need(Seen.PROMISE_OUTLIVED, 50),
          new Need(Seen.MAILBOX_FULL, 500),
          new Need(Seen.AGENDA_FULL, 20),
          new Need(Seen.ACTED, 5_000),
          new Need(Seen.FENCED, 50),
          new Need(Seen.PARTITION, 1_000),
          new Need(Seen.LASTING, 20),
          new Need(Seen.ROLLING, 200),
          new Need(Seen.SWIZZLE, 200),
          new Need(Seen.FLIP_FLOP, 200),
          new Need(Seen.SLOWED, 50));

  private static final List<Need> GOSSIP =
      List.of(
          new Need(Seen.SUSPECTED, 2_000),
          new Need(Seen.REFUTED, 500),
          new Need(Seen.DIED, 500),
          new Need(Seen.LEFT, 200),
          new Need(Seen.ONE_WAY_CUT, 50),
          new Need(Seen.CONTEST_WON, 50),
          new Need(Seen.CONTEST_LOST, 40),
          new Need(Seen.OWN_PAST, 20),
          new Need(Seen.RESTART, 20),
          new Need(Seen.PAUSE_GUARDED, 50),
          new Need(Seen.CLONE_STOPPED, 10),
          new Need(Seen.TOMBSTONE_EXPIRED, 100),
          new Need(Seen.SYNC_JOIN, 100),
          new Need(Seen.SYNC_RETURN, 100),
          new Need(Seen.SYNC_DIFFERENCE, 100),
          new Need(Seen.SYNC_ROUTINE, 100),
          new Need(Seen.MAILBOX_FULL, 50),
          new Need(Seen.MEMBER_REFUSED, 100),
          new Need(Seen.FRAME_FULL, 100),
          new Need(Seen.URGENT_FULL, 100),
          new Need(Seen.ERRAND_DROPPED, 20),
          new Need(Seen.SYNC_PART, 100));

  private Gates() {}

  /** One sentence for each thing that all of them saw too little of. */
  static List<String> missing(List<Campaign> campaigns) {
    var missing = new ArrayList<String>();
    missing.addAll(missing(campaigns, "election/", ELECTION, ELECTIONS));
    missing.addAll(missing(campaigns, "gossip/", GOSSIP, GOSSIPS));
    return missing;
  }

  private static List<String> missing(
      List<Campaign> campaigns, String family, List<Need> needs, long size) {
    var own =
        campaigns.stream().filter(one -> one.scenario().toString().startsWith(family)).toList();
    var runs = own.stream().mapToLong(Campaign::runs).sum();
    var scaled =
        needs.stream()
            .map(need -> new Need(need.what(), Math.max(1, need.least() * runs / size)))
            .toList();
    var seen = sum(own.stream());
    var missing = seen.vacuous(scaled);
    if (seen.shapes() < SHAPES)
      missing.add("VACUOUS: saw " + seen.shapes() + " of " + SHAPES + " shapes");
    return missing;
  }

  private static Coverage sum(Stream<Campaign> campaigns) {
    var sum = new Coverage();
    campaigns.forEach(campaign -> sum.add(campaign.coverage()));
    return sum;
  }
}
