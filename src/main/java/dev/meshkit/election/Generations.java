package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;

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

  /** The longer of two. */
  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
