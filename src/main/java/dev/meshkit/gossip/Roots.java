package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;

/** The sum of all that is in a table, kept incrementally: equal tables have equal sums. */
final class Roots {
  private long sum;

  /** What one member adds to the sum. */
  static long hash(NodeId id, Key key) {
    return Hash.START
        .text(id.toString())
        .one(0)
        .u64(key.generation())
        .u32(key.incarnation())
        .one(key.rank().code())
        .value();
  }

  /** One member's part changes; 0 stands for a member that is not counted. */
  void replace(long before, long after) {
    sum += after - before; // modulo 2^64
  }

  /** The sum now. */
  long sum() {
    return sum;
  }
}
