package dev.meshkit.sim;

import dev.meshkit.election.Durable;
import dev.meshkit.election.Peers;

/**
 * What {@code election.db} holds of a scope.
 *
 * @param boot how often it was opened
 * @param durable the state
 * @param peers what others had shown
 */
record Image(long boot, Durable durable, Peers peers) {
  /** One that was never opened. */
  static Image fresh(Durable durable) {
    return new Image(0, durable, Peers.NONE);
  }

  /** Opened once more. */
  Image booted() {
    return new Image(boot + 1, durable, peers);
  }

  private int generation() {
    return durable.record().content().generation();
  }

  /** Whether something is missing that {@code other} has. */
  boolean isBehind(Image other) {
    if (generation() != other.generation()) return showsThatItIsBehind(other);
    var same = durable.term() == other.durable.term();
    var vote = other.durable.voted();
    return showsThatItIsBehind(other)
        || boot < other.boot
        || (same && !vote.isNobody() && !vote.equals(durable.voted()))
        || durable.view().id().compareTo(other.durable.view().id()) < 0
        || durable.cap().compareTo(other.durable.cap()) < 0;
  }

  /** Whether the next process on it shows that it is, to whoever saw one on {@code other}. */
  boolean showsThatItIsBehind(Image other) {
    if (generation() != other.generation())
      return boot < other.boot || generation() < other.generation();
    return boot < other.boot
        || durable.term() < other.durable.term()
        || durable.record().id().compareTo(other.durable.record().id()) < 0;
  }
}
