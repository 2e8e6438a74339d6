package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;

/**
 * Who a {@link Gossip} is and how it goes about it.
 *
 * @param self its name, as its certificate has it
 * @param attrs what it says of itself; life and nonce are filled in by the core
 * @param timing the protocol's parameters
 * @param maxMembers of unknown nodes beyond so many nothing is kept, and it is counted
 */
public record GossipOptions(NodeId self, Attrs attrs, Timing timing, int maxMembers) {
  /** The most members a mesh may have. */
  public static final int MAX_MEMBERS = 10_000;

  /** The most that a node may say of itself, bytes. */
  public static final int MAX_ATTRS_BYTES = 1 << 10;

  /** Checks the name and the limit. */
  public GossipOptions {
    if (self.isNobody()) throw new IllegalArgumentException("a node has a name");
    if (maxMembers < 1 || maxMembers > MAX_MEMBERS)
      throw new IllegalArgumentException("want 1 to 10000 members, not " + maxMembers);
    if (Post.size(attrs) > MAX_ATTRS_BYTES)
      throw new IllegalArgumentException("attributes over 1 KiB: peers would refuse them");
  }

  /** A node on one site, with the usual limits. */
  public static GossipOptions of(NodeId self, Attrs attrs) {
    return new GossipOptions(self, attrs, Timing.lan(), MAX_MEMBERS);
  }

  /** The same with other parameters. */
  public GossipOptions timed(Timing other) {
    return new GossipOptions(self, attrs, other, maxMembers);
  }
}
