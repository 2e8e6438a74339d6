package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;

/**
 * That somebody leads a scope. A hint for routing and for people, never an authority.
 *
 * <p>Merged by the greatest (generation, term). Of one term the end outranks its leader, because a
 * tenure ends once.
 *
 * @param scope what is led
 * @param generation of the scope record
 * @param term the election term
 * @param leader who, or {@link NodeId#NOBODY}: the tenure of this term has ended
 */
public record Claim(Scope scope, int generation, long term, NodeId leader) {
  /** Whether this says something newer than {@code other} of the same scope. */
  public boolean beats(Claim other) {
    var byGeneration = Integer.compareUnsigned(generation, other.generation);
    if (byGeneration != 0) return byGeneration > 0;
    var byTerm = Long.compareUnsigned(term, other.term);
    if (byTerm != 0) return byTerm > 0;
    if (leader.isNobody() || other.leader.isNobody())
      return leader.isNobody() && !other.leader.isNobody();
    return leader.compareTo(other.leader) > 0; // never said of one term, yet decided the same way
  }

  /** The news that this tenure has ended. */
  public Claim ended() {
    return new Claim(scope, generation, term, NodeId.NOBODY);
  }
}
