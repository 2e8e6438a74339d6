package dev.meshkit.sim;

import dev.meshkit.sim.Coverage.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a campaign of each scenario must have seen, and what it should not have measured. */
final class Expected {
  private Expected() {}

  /** What a campaign of so many runs must have seen, or it proves nothing. */
  static List<Coverage.Need> needs(Scenario scenario, long runs) {
    return switch (scenario) {
      case ELECTION_CHAOS ->
          needs(
              runs,
              Seen.WIN,
              Seen.LOST,
              Seen.ROUND_LOST,
              Seen.PARTITION,
              Seen.REFUSED_PROMISE,
              Seen.REFUSED_VOTED,
              Seen.LASTING,
              Seen.UNMOVED,
              Seen.FOREIGN_BIRTH,
              Seen.WILD_TERM,
              Seen.MALFORMED,
              Seen.PAUSE);
      case ELECTION_LATE ->
          needs(runs, Seen.WIN, Seen.LOST, Seen.ONE_WAY_CUT, Seen.REFUSED_PROMISE);
      case ELECTION_RESTART ->
          needs(runs, Seen.CRASH_MID_STEP, Seen.CRASH_BEFORE_DURABLE, Seen.REFUSED_QUIET);
      case ELECTION_RECORD ->
          needs(
              runs,
              Seen.APPLIED,
              Seen.CONFLICT,
              Seen.INDETERMINATE,
              Seen.GATE_ADOPTED,
              Seen.GATE_WIDENED,
              Seen.REFUSED_STALE,
              Seen.CRASH_MID_STEP,
              Seen.CRASH_BEFORE_DURABLE);
      case ELECTION_MEMBERSHIP ->
          needs(
              runs,
              Seen.VOTER_ADDED,
              Seen.VOTER_REMOVED,
              Seen.NEWCOMER_LOST,
              Seen.OF_ONE,
              Seen.OF_TWO,
              Seen.OF_THREE,
              Seen.OF_FOUR,
              Seen.OF_FIVE,
              Seen.OF_SIX,
              Seen.OF_SEVEN,
              Seen.WIPED,
              Seen.INDETERMINATE);
      case ELECTION_LAGGING ->
          needs(runs, Seen.VOTER_ADDED, Seen.VOTER_REMOVED, Seen.ONE_WAY_CUT, Seen.OUTSIDER);
      case ELECTION_CLOCK ->
          needs(
              runs,
              Seen.CLOCK_OFF,
              Seen.SUSPENDED,
              Seen.CLOCK_BACK,
              Seen.PAUSE,
              Seen.LOST,
              Seen.CRASH);
      case ELECTION_SHRINKING ->
          needs(runs, Seen.VOTER_REMOVED, Seen.VOTER_ADDED, Seen.PAUSE, Seen.LOST);
      case ELECTION_SHORTENING -> needs(runs, Seen.APPLIED, Seen.REFUSED_QUIET, Seen.LOST);
      case ELECTION_TRANSFER ->
          needs(runs, Seen.HANDED_OVER, Seen.LOST, Seen.CRASH, Seen.PARTITION);
      case ELECTION_ECHO ->
          needs(runs, Seen.HANDED_OVER, Seen.FRAME_DOUBLED, Seen.PAUSE, Seen.REFUSED_PROMISE);
      case ELECTION_PREFERRED -> needs(runs, Seen.HANDED_OVER, Seen.CRASH);
      case ELECTION_DISK ->
          needs(
              runs,
              Seen.WRITE_FAILED,
              Seen.CRASH_MID_STEP,
              Seen.CRASH_BEFORE_DURABLE,
              Seen.REFUSED_QUIET,
              Seen.LOST);
      case ELECTION_FAILOVER -> needs(runs, Seen.CRASH, Seen.RESTART, Seen.WIN);
      case ELECTION_GENESIS -> genesis(runs);
      case ELECTION_FOUNDING -> founding(runs);
      case ELECTION_JOINING ->
          needs(
              runs,
              Seen.JOINED,
              Seen.VOTER_ADDED,
              Seen.OF_THREE,
              Seen.WIPED,
              Seen.LOST,
              Seen.CRASH);
      case ELECTION_AUTOPILOT ->
          needs(
              runs,
              Seen.VOTER_ADDED,
              Seen.VOTER_REMOVED,
              Seen.OF_ONE,
              Seen.OF_TWO,
              Seen.OF_THREE,
              Seen.CRASH);
      case ELECTION_QUIET -> needs(runs, Seen.FRAME_LOST, Seen.GAINED);
      case ELECTION_STORE ->
          needs(
              runs,
              Seen.ROLLED_BACK,
              Seen.LIE_SHOWN,
              Seen.COPIED,
              Seen.QUARANTINED,
              Seen.APPLIED,
              Seen.LOST);
      case ELECTION_SHAPES ->
          needs(runs, Seen.ROLLING, Seen.SWIZZLE, Seen.FLIP_FLOP, Seen.SLOWED, Seen.LOST);
      case ELECTION_ASYMMETRY -> needs(runs, Seen.ONE_WAY_CUT, Seen.PARTITION, Seen.LOST);
      case MESH_HEADS ->
          needs(
              runs,
              Seen.APPLIED,
              Seen.FETCHED,
              Seen.CRASH,
              Seen.RESTART,
              Seen.FRAME_LOST,
              Seen.GATE_ADOPTED);
      case MESH_BOTH ->
          needs(
              runs,
              Seen.GAINED,
              Seen.LOST,
              Seen.FETCHED,
              Seen.BOASTED,
              Seen.INVENTED,
              Seen.DIED,
              Seen.REFUTED,
              Seen.CRASH);
      case GOSSIP_CRASH ->
          needs(runs, Seen.CRASH, Seen.CRASH_MID_STEP, Seen.RESTART, Seen.DIED, Seen.LEFT);
      case GOSSIP_RESTART -> needs(runs, Seen.RESTART, Seen.WIPED, Seen.CLOCK_BACK, Seen.OWN_PAST);
      case GOSSIP_MUTUAL -> needs(runs, Seen.PARTITION, Seen.DIED, Seen.REJOINED);
      case GOSSIP_PAUSE -> needs(runs, Seen.PAUSE, Seen.PAUSE_GUARDED, Seen.REJOINED);
      case GOSSIP_PARTIAL -> needs(runs, Seen.FRAME_LOST, Seen.SUSPECTED, Seen.REFUTED);
      case GOSSIP_IDENTITY -> needs(runs, Seen.COPIED, Seen.CLONE_STOPPED, Seen.WIPED);
      case GOSSIP_CHURN -> needs(runs, Seen.LEFT, Seen.TOMBSTONE_EXPIRED, Seen.SYNC_ROUTINE);
      case GOSSIP_LEAVE -> needs(runs, Seen.LEFT, Seen.DIED, Seen.REJOINED, Seen.ONE_WAY_CUT);
      case GOSSIP_FORGOTTEN -> needs(runs, Seen.TOMBSTONE_EXPIRED, Seen.LEFT);
      case GOSSIP_DETECTION -> needs(runs, Seen.DIED, Seen.LEFT, Seen.CRASH);
      case GOSSIP_LIFEGUARD -> needs(runs, Seen.PAUSE, Seen.PAUSE_GUARDED, Seen.SUSPECTED);
      case GOSSIP_BOOTSTRAP -> needs(runs, Seen.SYNC_JOIN);
      case MESH_REVOKED -> needs(runs, Seen.APPLIED, Seen.LEFT, Seen.VIEWED);
      case GOSSIP_LIMITS ->
          needs(
              runs,
              Seen.MEMBER_REFUSED,
              Seen.FRAME_FULL,
              Seen.URGENT_FULL,
              Seen.ERRAND_DROPPED,
              Seen.SYNC_PART,
              Seen.CRASH);
      case GOSSIP_VERSIONS -> needs(runs, Seen.FROM_NEWER, Seen.LEFT, Seen.REJOINED, Seen.RESTART);
      case GOSSIP_LOSS ->
          needs(runs, Seen.FRAME_LOST, Seen.FRAME_DOUBLED, Seen.PAUSE, Seen.REFUTED);
      case GOSSIP_PARTITION ->
          needs(runs, Seen.PARTITION, Seen.ONE_WAY_CUT, Seen.SUSPECTED, Seen.DIED, Seen.REJOINED);
    };
  }

  /**
   * What a campaign measured and should not have: L1 or L4, L2, L5, L8 and L9 at the 99th
   * percentile; E23 (V19).
   */
  static List<String> excess(Scenario scenario, Coverage seen) {
    return switch (scenario) {
      case ELECTION_DISK -> late(seen, Takeovers.TIME);
      case ELECTION_TRANSFER -> late(seen, TransferIsQuick.TIME);
      case ELECTION_FAILOVER -> {
        var wrong = late(seen, Takeovers.TIME);
        if (seen.percentile(Takeovers.TIME, 50) > Takeovers.MEDIAN)
          wrong.add("LATE: the median of " + Takeovers.TIME + " " + seen);
        wrong.addAll(late(seen, ColdStartInTime.TIME));
        wrong.addAll(late(seen, CommitInTime.TIME));
        if (seen.percentile(Takeovers.TERMS, 99) > 2) wrong.add("LATE: L9 " + seen);
        if (20 * seen.of(Seen.ROUND_LOST) > seen.of(Seen.WIN)) wrong.add("SPLIT: E23 " + seen);
        yield wrong;
      }
      case ELECTION_QUIET -> unquiet(seen);
      case GOSSIP_DETECTION -> SeenInTime.excess(seen);
      case GOSSIP_LIFEGUARD -> FewAreDoubted.excess(seen);
      case GOSSIP_BOOTSTRAP -> late(seen, AllMeetInTime.TIME);
      default -> List.of();
    };
  }

  /** L8: of a hundred hours one may have more than one change of leader. */
  private static List<String> unquiet(Coverage seen) {
    if (seen.measured(QuietStaysLed.CHANGES) == 0)
      return List.of("VACUOUS: no " + QuietStaysLed.CHANGES + " was measured");
    if (seen.percentile(QuietStaysLed.CHANGES, 99) <= 1) return List.of();
    return List.of("RESTLESS: " + QuietStaysLed.CHANGES + " " + seen);
  }

  /** Times in thousandths of what they may be. */
  private static List<String> late(Coverage seen, String what) {
    var wrong = new ArrayList<String>();
    if (seen.measured(what) == 0) wrong.add("VACUOUS: no " + what + " was measured");
    if (seen.percentile(what, 99) > 1_000) wrong.add("LATE: " + what + " " + seen);
    return wrong;
  }

  /** Nobody knows what became of a change in one run of seven, where a leader just then ended. */
  private static List<Coverage.Need> founding(long runs) {
    var lost = new Coverage.Need(Seen.INDETERMINATE, Math.max(1, runs / 20));
    var usual = needs(runs, Seen.ADOPTED, Seen.APPLIED, Seen.LOST);
    return Stream.concat(usual.stream(), Stream.of(lost)).toList();
  }

  /**
   * A commit is quick, so few changes are on another survivor's disk alone; few runs say nothing of
   * what is rare.
   */
  private static List<Coverage.Need> genesis(long runs) {
    var needs =
        new ArrayList<>(
            needs(
                runs,
                Seen.RECOVERED,
                Seen.RECOVERED_AGAIN,
                Seen.ADOPTED,
                Seen.VOTER_ADDED,
                Seen.APPLIED));
    for (var rare : List.of(Seen.UNITED, Seen.SHOWN))
      if (runs >= 20) needs.add(new Coverage.Need(rare, runs / 20));
    if (runs >= 40) needs.add(new Coverage.Need(Seen.GAVE_WAY, runs / 40));
    if (runs >= 120) needs.add(new Coverage.Need(Seen.MET, Math.max(1, runs / 400)));
    return needs;
  }

  private static List<Coverage.Need> needs(long runs, Seen... what) {
    return Stream.of(what).map(seen -> new Coverage.Need(seen, Math.max(1, runs / 5))).toList();
  }
}
