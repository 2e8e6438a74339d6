package dev.meshkit.gossip;

import dev.meshkit.api.Member;
import java.time.Instant;
import java.util.List;

/**
 * Membership as a step function: SWIM with Lifeguard. Confined to the thread of {@code
 * node.GossipLoop}; its state is a function of its inputs and facts.
 */
public final class Gossip {
  private Instant due = Instant.EPOCH;

  /** A node that knows only its past and has said nothing yet. */
  public Gossip(GossipOptions options, Past past) {}

  /** What is to be done because of {@code input}, in order. */
  public List<Effect> step(Input input, Facts facts) {
    due = Instant.MAX;
    return List.of();
  }

  /** When the next {@link Input.Tick} is wanted. */
  public Instant due() {
    return due;
  }

  /** All shown members, this node included, by name. */
  public List<Member> members() {
    return List.of();
  }

  /** The newest claim of each scope, by scope; of tenures whose leader is not up, its end. */
  public List<Claim> claims() {
    return List.of();
  }

  /** Whether this node was let in by another, or has nobody to ask. */
  public boolean joined() {
    return false;
  }
}
