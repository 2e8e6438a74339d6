package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;

/**
 * Who a {@link Gossip} is and how it goes about it.
 *
 * @param self its name, as its certificate has it
 * @param attrs what it says of itself; life and nonce are filled in by the core
 * @param timing the protocol's parameters
 * @param limits how much it keeps, says and does at once
 */
public record GossipOptions(NodeId self, Attrs attrs, Timing timing, Limits limits) {
  /** The most that a node may say of itself, bytes. */
  public static final int MAX_ATTRS_BYTES = 1 << 10;

  /** Checks the name and what it says of itself. */
  public GossipOptions {
    if (self.isNobody()) throw new IllegalArgumentException("a node has a name");
    if (Post.size(attrs) > MAX_ATTRS_BYTES)
      throw new IllegalArgumentException("attributes over 1 KiB: peers would refuse them");
  }

  /** A node on one site, with the usual limits. */
  public static GossipOptions of(NodeId self, Attrs attrs) {
    return new GossipOptions(self, attrs, Timing.lan(), Limits.USUAL);
  }

  /** The same with other parameters. */
  public GossipOptions timed(Timing other) {
    return new GossipOptions(self, attrs, other, limits);
  }

  /** The same within other limits. */
  public GossipOptions limited(Limits other) {
    return new GossipOptions(self, attrs, timing, other);
  }
}
