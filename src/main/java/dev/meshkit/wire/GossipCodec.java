package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Table;

/** {@code StreamFrame}, {@code SyncRequest} and {@code SyncResponse}. Stateless and thread-safe. */
public final class GossipCodec {
  /** The largest frame, bytes. */
  public static final int MAX_FRAME_BYTES = 16 << 10;

  /** The largest sync message, bytes. */
  public static final int MAX_SYNC_BYTES = 1 << 20;

  private GossipCodec() {}

  /** A frame's bytes. */
  public static Bytes frame(Frame frame) {
    return Bytes.EMPTY;
  }

  /** The frame that bytes say. */
  public static Decoded<Frame> frame(Bytes bytes) {
    return new Decoded.Malformed<>("being built");
  }

  /** The bytes of a {@code SyncRequest}. */
  public static Bytes request(Table table) {
    return Bytes.EMPTY;
  }

  /** The table that a {@code SyncRequest} carries. */
  public static Decoded<Table> request(Bytes bytes) {
    return new Decoded.Malformed<>("being built");
  }

  /** The bytes of a {@code SyncResponse}. */
  public static Bytes response(Table table) {
    return Bytes.EMPTY;
  }

  /** The table that a {@code SyncResponse} carries. */
  public static Decoded<Table> response(Bytes bytes) {
    return new Decoded.Malformed<>("being built");
  }
}
