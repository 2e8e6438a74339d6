package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a run, or a campaign, has seen: a campaign that saw nothing proves nothing (V21, V22). */
final class Coverage {
  /** What is counted. */
  enum Seen {
    /** A process died. */
    CRASH,
    /** One died between two effects of a step. */
    CRASH_MID_STEP,
    /** One died that knew a record to be committed, before it published that. */
    CRASH_BEFORE_PUBLISH,
    /** One died with a commit pending. */
    CRASH_BEFORE_DURABLE,
    /** One came back. */
    RESTART,
    /** Directions between nodes were cut. */
    PARTITION,
    /** Some pair could talk in one direction only. */
    ONE_WAY_CUT,
    /** One after the other was cut off: so many. */
    ROLLING,
    /** More were cut off, or fewer again, in another order. */
    SWIZZLE,
    /** A partition took turns with another or none, about as long as a promise each. */
    FLIP_FLOP,
    /** The steps of a process took many times as long. */
    SLOWED,
    /** A process stood still. */
    PAUSE,
    /** A clock ran off by more than the protocols are told. */
    CLOCK_OFF,
    /** A machine slept, and its clock with it. */
    SUSPENDED,
    /** A clock was set back. */
    CLOCK_BACK,
    /** What came for one that stood still found no room. */
    MAILBOX_FULL,
    /** A leader with too many changes in hand refused one. */
    AGENDA_FULL,
    /** News of one node too many was not kept. */
    MEMBER_REFUSED,
    /** News found no more room in a frame. */
    FRAME_FULL,
    /** More news was urgent than may be in a second. */
    URGENT_FULL,
    /** A ping for another gave way to a later one. */
    ERRAND_DROPPED,
    /** A table was too large for one message. */
    SYNC_PART,
    /** A frame left with fields that its receiver may not know. */
    FROM_NEWER,
    /** A frame was lost. */
    FRAME_LOST,
    /** A frame came twice. */
    FRAME_DOUBLED,
    /** A candidate won its term. */
    WIN,
    /** A race of votes ended without a winner. */
    ROUND_LOST,
    /** A candidate, or one that asked before it stood, lost by a voter's promise to another. */
    LOST_TO_PROMISE,
    /** It lost because its record was older than a voter's. */
    LOST_TO_STALE,
    /** It lost because a voter had voted for another. */
    LOST_TO_VOTED,
    /** It lost because a voter had just started. */
    LOST_TO_QUIET,
    /** A leader gained authority. */
    GAINED,
    /** A leader lost it. */
    LOST,
    /** A candidate lost because a voter had voted for another in its term. */
    SPLIT_VOTE,
    /** A tenure ended because too few voters renewed it. */
    LOST_LAPSE,
    /** One ended because somebody was in a later term. */
    LOST_TERM,
    /** One ended because of the disk. */
    LOST_DISK,
    /** A leader gave up its term for another. */
    HANDED_OVER,
    /** A voter refused because of its promise. */
    REFUSED_PROMISE,
    /** A voter refused because it had just started. */
    REFUSED_QUIET,
    /** A voter refused because it had voted for another. */
    REFUSED_VOTED,
    /** A voter refused because the candidate's record is older. */
    REFUSED_STALE,
    /** A voter heard what must not move it. */
    UNMOVED,
    /** A node learned that a record is committed. */
    VIEWED,
    /** A record was held by a quorum in its own term. */
    RECORD_COMMITTED,
    /** One was left uncommitted, and a later leader kept it. */
    RECORD_KEPT,
    /** One was left uncommitted, and a later leader went on without it. */
    RECORD_LOST,
    /** A record came of a leader that was deposed, whose voters are no longer those. */
    DEPOSED_OFFER,
    /** A process began while somebody led, perhaps by what it had promised before. */
    LED_AT_START,
    /** A voter began again before what it had promised a leader was over. */
    PROMISE_OUTLIVED,
    /** A leader changed what its fence protects. */
    ACTED,
    /** One that was deposed was refused there. */
    FENCED,
    /** A command was committed, and somebody told so. */
    APPLIED,
    /** A node's gate took over an entry that it had not, or not so. */
    GATE_ADOPTED,
    /** It did so of one whose rollout had grown in its epoch. */
    GATE_WIDENED,
    /** A command lost against another of its version. */
    CONFLICT,
    /** A node saw a voter more. */
    VOTER_ADDED,
    /** A node saw a voter less. */
    VOTER_REMOVED,
    /** A leader gave up its term because a newcomer did not answer. */
    NEWCOMER_LOST,
    /** A record of one voter was seen committed. */
    OF_ONE,
    /** One of two. */
    OF_TWO,
    /** One of three. */
    OF_THREE,
    /** One of four. */
    OF_FOUR,
    /** One of five. */
    OF_FIVE,
    /** One of six. */
    OF_SIX,
    /** One of seven or more. */
    OF_SEVEN,
    /** A disk was lost. */
    WIPED,
    /** One that does not vote spoke as if it did. */
    OUTSIDER,
    /** What came of another beginning of a scope was refused. */
    FOREIGN_BIRTH,
    /** What came in a term that nobody can have come to was refused. */
    WILD_TERM,
    /** Bytes that are no frame were refused. */
    MALFORMED,
    /** What left said that somebody leads by a fence that nobody ever had. */
    BOASTED,
    /** What left said that a record is committed that nobody ever made. */
    INVENTED,
    /** An operator recovered a scope whose quorum was lost. */
    RECOVERED,
    /** One that had been recovered before. */
    RECOVERED_AGAIN,
    /** A survivor knew of a revocation that is not in the latest record found. */
    UNITED,
    /** Who recovered a scope was shown by another what its own disk did not hold. */
    SHOWN,
    /** Of two that recovered at once one gave way to the other. */
    GAVE_WAY,
    /** Who recovered a scope asked one that did, too, and that it had not known of. */
    MET,
    /** A node went over to a later generation. */
    ADOPTED,
    /** A scope began at a node with the record that a leader showed. */
    JOINED,
    /** Faults stayed until the end, outside a quorum. */
    LASTING,
    /** A write failed, and its process ended. */
    WRITE_FAILED,
    /** An older copy of a store was put back. */
    ROLLED_BACK,
    /** A crash showed that a disk had lied. */
    LIE_SHOWN,
    /** A copy of a node began. */
    COPIED,
    /** A process was silenced by its peers. */
    QUARANTINED,
    /** A leader fell with a proposal under way. */
    INDETERMINATE,
    /** A member came under suspicion. */
    SUSPECTED,
    /** A suspicion was refuted. */
    REFUTED,
    /** A member was taken for dead. */
    DIED,
    /** A member said goodbye. */
    LEFT,
    /** A member that was heard to be dead refuted it before it was believed. */
    CONTEST_WON,
    /** One that was heard to be dead did not. */
    CONTEST_LOST,
    /** A node met a later generation of its own past, and raised its own above it. */
    OWN_PAST,
    /** A dead member came back. */
    REJOINED,
    /** One that had been stopped found that out before it judged anybody. */
    PAUSE_GUARDED,
    /** One of two processes of one name stopped because of the other. */
    CLONE_STOPPED,
    /** The last trace of a member that had left or died was forgotten. */
    TOMBSTONE_EXPIRED,
    /** Two nodes compared their tables. */
    SYNC,
    /** They did because one was let in. */
    SYNC_JOIN,
    /** They did because one was back. */
    SYNC_RETURN,
    /** They did because their sums differed. */
    SYNC_DIFFERENCE,
    /** They did because it was time to. */
    SYNC_ROUTINE,
    /** A node that lacked a committed record asked for it. */
    FETCHED
  }

  private final Map<Seen, Long> counts = new EnumMap<>(Seen.class);
  private final SortedSet<String> shapes = new TreeSet<>();
  private final SortedMap<String, List<Long>> measured = new TreeMap<>();

  /** One more of it. */
  void count(Seen what) {
    counts.merge(what, 1L, Long::sum);
  }

  /** So many more of it. */
  void count(Seen what, long more) {
    if (more > 0) counts.merge(what, more, Long::sum);
  }

  /** A partition of this shape. */
  void shape(String shape) {
    shapes.add(shape);
  }

  /** Something took so much of what it may take, in thousandths, or was so many. */
  void measure(String what, long value) {
    measured.computeIfAbsent(what, _ -> new ArrayList<>()).add(value);
  }

  /** How many shapes of partition. */
  int shapes() {
    return shapes.size();
  }

  /** How often something was measured. */
  int measured(String what) {
    return measured.getOrDefault(what, List.of()).size();
  }

  /** The nearest-rank percentile of what was measured; 0 of nothing. */
  long percentile(String what, int percent) {
    var sorted = measured.getOrDefault(what, List.of()).stream().sorted().toList();
    if (sorted.isEmpty()) return 0;
    return sorted.get((int) Math.ceilDiv(percent * (long) sorted.size(), 100) - 1);
  }

  /** How many of it. */
  long of(Seen what) {
    return counts.getOrDefault(what, 0L);
  }

  /** Adds what another run saw. */
  void add(Coverage other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    shapes.addAll(other.shapes);
    other.measured.forEach((what, values) -> values.forEach(value -> measure(what, value)));
  }

  /** One sentence for each thing seen less often than asked; empty if the campaign counts. */
  List<String> vacuous(List<Need> needs) {
    var missing = new ArrayList<String>();
    for (var need : needs) {
      if (of(need.what) < need.least) {
        missing.add("VACUOUS: saw " + of(need.what) + " of " + need.least + " " + need.what);
      }
    }
    return missing;
  }

  /**
   * A minimum.
   *
   * @param what what is counted
   * @param least how often it must have been seen
   */
  record Need(Seen what, long least) {}

  /** What was seen, in one line. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var what : Seen.values())
      if (of(what) > 0) text.append(what).append(' ').append(of(what)).append("  ");
    for (var what : measured.keySet()) text.append(quantiles(what)).append("  ");
    return text + "shapes " + shapes;
  }

  private String quantiles(String what) {
    return what
        + " p50 "
        + percentile(what, 50)
        + " p99 "
        + percentile(what, 99)
        + " of "
        + measured(what);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coverage that
        && counts.equals(that.counts)
        && shapes.equals(that.shapes)
        && measured.equals(that.measured);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }
}
