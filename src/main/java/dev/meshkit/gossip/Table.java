package dev.meshkit.gossip;

import java.util.List;

/**
 * A whole table, as {@code Sync} carries it both ways.
 *
 * @param life the sender's
 * @param members all it knows, itself included, by name
 * @param claims all leaders it knows of, by scope
 */
public record Table(Life life, List<Told> members, List<Claim> claims) {
  /** Copies the lists. */
  public Table {
    members = List.copyOf(members);
    claims = List.copyOf(claims);
  }
}
