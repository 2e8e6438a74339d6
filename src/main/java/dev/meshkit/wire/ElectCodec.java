package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Frame;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.wire.proto.ElectFrame;

/** {@code ElectFrame} and {@code ScopeRecord}. Stateless and thread-safe. */
public final class ElectCodec {
  /** The largest record, bytes. */
  public static final int MAX_RECORD_BYTES = 64 << 10;

  /** The largest frame, bytes: a record and its header. */
  public static final int MAX_FRAME_BYTES = MAX_RECORD_BYTES + 1024;

  private static final Grammar<ElectFrame> FRAME =
      new Grammar<>(ElectFrame.getDescriptor(), ElectFrame.parser());
  private static final Grammar<dev.meshkit.wire.proto.ScopeRecord> RECORD =
      new Grammar<>(
          dev.meshkit.wire.proto.ScopeRecord.getDescriptor(),
          dev.meshkit.wire.proto.ScopeRecord.parser());

  private ElectCodec() {}

  /** A frame's bytes. */
  public static Bytes frame(Frame frame) {
    return Bytes.of(ElectWriter.frame(frame).toByteArray());
  }

  /** The frame that bytes say. */
  public static Decoded<Frame> frame(Bytes bytes) {
    if (bytes.size() > MAX_FRAME_BYTES)
      return new Decoded.Malformed<>("an elect frame of " + bytes.size() + " B");
    try {
      return new Decoded.Whole<>(ElectReader.frame(FRAME.parse(bytes)));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("elect frame: " + broken.getMessage());
    }
  }

  /** A record's bytes, as {@code election.db} keeps them. */
  public static Bytes record(ScopeRecord record) {
    return Bytes.of(ElectWriter.record(record).toByteArray());
  }

  /** The record that bytes say. */
  public static Decoded<ScopeRecord> record(Bytes bytes) {
    if (bytes.size() > MAX_RECORD_BYTES)
      return new Decoded.Malformed<>("a scope record of " + bytes.size() + " B");
    try {
      return new Decoded.Whole<>(ElectReader.record(RECORD.parse(bytes)));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("scope record: " + broken.getMessage());
    }
  }
}
