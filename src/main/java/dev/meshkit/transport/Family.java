package dev.meshkit.transport;

/** The duplex calls between two peers: three, so that a slow one never blocks another. */
public enum Family {
  /** Gossip and control; one per pair of nodes. A frame has at most 64 KiB. */
  STREAM("Stream", 64 << 10, 1),
  /** Election, where only the latest word counts; one per pair of nodes. At most 128 KiB. */
  ELECT("Elect", 128 << 10, 0),
  /** Durable messages and their receipts; one per sending side. At most 1 MiB + 64 KiB. */
  DELIVER("Deliver", (1 << 20) + (64 << 10), 5);

  private final String method;
  private final int maxFrameBytes;
  private final int urgency;

  Family(String method, int maxFrameBytes, int urgency) {
    this.method = method;
    this.maxFrameBytes = maxFrameBytes;
    this.urgency = urgency;
  }

  /** The full gRPC method name, {@code meshkit.v1.Mesh/…}. */
  public String method() {
    return Methods.SERVICE + "/" + method;
  }

  /** The largest frame that is accepted, bytes. */
  public int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** RFC 9218 urgency of its calls: 0 goes first. */
  public int urgency() {
    return urgency;
  }
}
