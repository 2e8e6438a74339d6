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

  /**
   * A scope has another committed record.
   *
   * @param scope which
   */
  record OfHead(Scope scope) implements Rumour {}

  /** Members, then claims, then heads; each by name. */
  @Override
  default int compareTo(Rumour other) {
    return switch (this) {
      case OfMember(var id) when other instanceof OfMember(var its) -> id.compareTo(its);
      case OfClaim(var scope) when other instanceof OfClaim(var its) -> scope.compareTo(its);
      case OfHead(var scope) when other instanceof OfHead(var its) -> scope.compareTo(its);
      case OfMember _, OfClaim _, OfHead _ -> Integer.compare(kind(), other.kind());
    };
  }

  private int kind() {
    return switch (this) {
      case OfMember _ -> 0;
      case OfClaim _ -> 1;
      case OfHead _ -> 2;
    };
  }
}
