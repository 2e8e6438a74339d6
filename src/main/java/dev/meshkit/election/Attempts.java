package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a voter tried since it last followed somebody. An accepted beat clears all but the count.
 *
 * @param round the last round's id; only grows
 * @param lost rounds lost in this leaderless period
 * @param again whether a round lost only to promises was asked again
 * @param yielded to whom this voter gave way; once each
 */
record Attempts(long round, int lost, boolean again, SortedSet<NodeId> yielded) {
  static final Attempts NONE = new Attempts(0, 0, false, new TreeSet<>());

  Attempts {
    yielded = Collections.unmodifiableSortedSet(new TreeSet<>(yielded));
  }

  Attempts next() {
    return new Attempts(round + 1, lost, again, yielded);
  }

  Attempts lostOne() {
    return new Attempts(round, lost + 1, again, yielded);
  }

  Attempts askingAgain() {
    return new Attempts(round, lost, true, yielded);
  }

  Attempts yieldingTo(NodeId rival) {
    var more = new TreeSet<>(yielded);
    more.add(rival);
    return new Attempts(round, lost, again, more);
  }

  Attempts cleared() {
    return lost == 0 && !again && yielded.isEmpty()
        ? this
        : new Attempts(round, 0, false, new TreeSet<>());
  }
}
