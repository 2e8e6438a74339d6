package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Backoff;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How soon whom is dialled again: a fellow voter after 1 s at most, anybody else after 10 s.
 *
 * @param voters who is a fellow voter; asked before each attempt, for electorates change
 */
record Redial(Predicate<NodeId> voters) {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Backoff VOTER = new Backoff(FIRST, Duration.ofSeconds(1));
  private static final Backoff MEMBER = new Backoff(FIRST, Duration.ofSeconds(10));

  /** The pauses before attempts to reach {@code peer}. */
  Backoff of(NodeId peer) {
    return voters.test(peer) ? VOTER : MEMBER;
  }
}
