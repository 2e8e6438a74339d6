package dev.meshkit.gossip;

/**
 * The sums of a node's tables that ride on every ack: 24 bytes tell two nodes that they are equal.
 *
 * @param members of all member keys
 * @param kv of all key-value maps
 * @param heads of all scope records
 */
public record Sums(long members, long kv, long heads) {
  /** Of empty tables. */
  public static final Sums ZERO = new Sums(0, 0, 0);
}
