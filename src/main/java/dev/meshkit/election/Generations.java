package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * How a node goes over to a later incarnation of its scope. Only a recovery begins one, from what a
 * survivor holds; terms, votes and promises of the older one say nothing in it.
 */
final class Generations {
  private Generations() {}

  /** A frame of another generation: whoever is behind hears of the later one, and goes over. */
  static void other(Turn turn, NodeId from, Frame frame) {
    var header = frame.header();
    if (header.generation() < turn.content().generation())
      turn.send(from, new Frame.RecordPut(turn.disk.durable().view(), true));
    else if (frame.message() instanceof Frame.RecordPut(var record, var committed)
        && committed
        && record.content().generation() == header.generation()) adopt(turn, record);
    else turn.send(from, new Frame.RecordGet(header.rec()));
  }

  /**
   * r.gen &gt; gen ∧ committed → adopt generation. Authority of the older one ends first; its
   * fences are older than any of the new one. The cap stays: a clock does not care for generations.
   */
  private static void adopt(Turn turn, ScopeRecord record) {
    turn.rest(Cause.HIGHER_TERM);
    turn.current = turn.current.reborn(record);
    turn.promise = Promise.NONE;
    turn.heard = turn.heard.reborn();
    turn.attempts = turn.attempts.cleared();
    turn.learners = Learners.of(turn.learners.seats());
    turn.rest(Cause.HIGHER_TERM); // a voter of the one may be none of the other
    var jitter = turn.profile.jitter();
    turn.fireAt = turn.now.plus(jitter).plus(turn.delayAfter(NodeId.NOBODY, jitter));
    Voter.commit(turn, record);
  }

  /**
   * A quorum is lost for good (§7): what this voter holds is the largest record that is left, and
   * it goes on alone. From here on it is as if somebody else had begun the later generation.
   */
  static void recover(Turn turn, Bytes genesis) {
    if (turn.leading() || !turn.isVoter() || turn.role instanceof Role.Quarantined) return;
    var own =
        turn.content().voters().stream()
            .filter(seat -> seat.is(turn.self(), turn.options.store()))
            .findFirst()
            .orElseThrow();
    // who only watched until now is the only one left to lead
    var rank = own.rank() == Seat.WITNESS ? Seat.DEFAULT_RANK : own.rank();
    var seat = new Seat(turn.self(), turn.options.store(), rank);
    adopt(turn, Recovery.of(List.of(turn.current), seat, genesis).record());
  }

  /** The longer of two. */
  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
