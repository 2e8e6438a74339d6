package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;

/**
 * The part of a voter that must survive a crash. (term, nobody) is a state of its own: nobody has
 * this voter's vote in that term yet, and every earlier term is closed.
 *
 * @param term never decreases
 * @param voted who has the vote of this term, or {@link NodeId#NOBODY}
 * @param record the latest record stored, committed or not; its id never decreases
 * @param view the latest record known to be committed
 * @param cap the longest promise this store may have given: how long a restart stays quiet
 */
public record Durable(long term, NodeId voted, ScopeRecord record, ScopeRecord view, Duration cap) {
  /** What a store holds that never took part. */
  public static Durable fresh(ScopeRecord first) {
    var longest = first.content().maxPromise();
    return new Durable(first.id().term(), NodeId.NOBODY, first, first, longest);
  }

  Durable raised(long higher) {
    return new Durable(higher, NodeId.NOBODY, record, view, cap);
  }

  Durable votedFor(NodeId candidate) {
    return new Durable(term, candidate, record, view, cap);
  }

  /** With a later record; the cap is raised together with it; {@link Lowering} lowers it. */
  Durable storing(ScopeRecord later) {
    var asked = later.content().maxPromise();
    return new Durable(term, voted, later, view, asked.compareTo(cap) > 0 ? asked : cap);
  }

  /** With a shorter cap: no longer promise can be under way. */
  Durable capped(Duration shorter) {
    return new Durable(term, voted, record, view, shorter);
  }

  /** Gone over to a later generation, in which nobody has this voter's vote yet. */
  Durable reborn(ScopeRecord first) {
    var longest = Generations.longer(cap, first.content().maxPromise());
    return new Durable(first.id().term(), NodeId.NOBODY, first, first, longest);
  }

  Durable viewing(ScopeRecord committed) {
    return new Durable(term, voted, record, committed, cap);
  }
}
