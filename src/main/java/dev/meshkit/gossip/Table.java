package dev.meshkit.gossip;

import java.util.List;

/**
 * A whole table, as {@code Sync} carries it both ways.
 *
 * @param life the sender's
 * @param members all it knows, itself included, by name
 * @param claims all leaders it knows of, by scope
 * @param heads all committed records it holds, by scope
 */
public record Table(Life life, List<Told> members, List<Claim> claims, List<Head> heads) {
  /** Copies the lists. */
  public Table {
    members = List.copyOf(members);
    claims = List.copyOf(claims);
    heads = List.copyOf(heads);
  }

  /** One without records. */
  public Table(Life life, List<Told> members, List<Claim> claims) {
    this(life, members, claims, List.of());
  }
}
