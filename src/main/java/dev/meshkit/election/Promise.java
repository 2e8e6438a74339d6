package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Instant;

/**
 * A voter's word to help nobody but one leader until a time on its own clock. Held in memory: after
 * a restart the quiet period stands in for what was forgotten.
 *
 * @param leader to whom
 * @param term of the leader
 * @param until when it ends
 */
record Promise(NodeId leader, long term, Instant until) {
  /** Promised to nobody. */
  static final Promise NONE = new Promise(NodeId.NOBODY, 0, Instant.MIN);

  /** Whether it forbids to help {@code other}. */
  boolean forbids(NodeId other, Instant now) {
    return binds(now) && !leader.equals(other);
  }

  /** Whether it still runs. */
  boolean binds(Instant now) {
    return !leader.isNobody() && now.isBefore(until);
  }

  /** Renewed by a beat of {@code from}; a word to the same leader is never shortened. */
  Promise renewed(NodeId from, long inTerm, Instant later) {
    var same = leader.equals(from) && term == inTerm && until.isAfter(later);
    return new Promise(from, inTerm, same ? until : later);
  }
}
