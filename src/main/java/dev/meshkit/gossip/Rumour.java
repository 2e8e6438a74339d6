package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;

/** What a rumour is about; its content is read when it is sent, so nobody ever sends old news. */
sealed interface Rumour extends Comparable<Rumour> {
  /**
   * A member changed.
   *
   * @param id which
   */
  record OfMember(NodeId id) implements Rumour {}

  /**
   * A scope has another leader.
   *
   * @param scope which
   */
  record OfClaim(Scope scope) implements Rumour {}

  /** Members before claims, then by name. */
  @Override
  default int compareTo(Rumour other) {
    return switch (this) {
      case OfMember(var id) -> other instanceof OfMember(var its) ? id.compareTo(its) : -1;
      case OfClaim(var scope) -> other instanceof OfClaim(var its) ? scope.compareTo(its) : 1;
    };
  }
}
