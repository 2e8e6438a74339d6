package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of a stream by their lengths alone, to tell whether its end is the end of a
 * frame: one that is cut off must close the connection (RFC 9114 §7.1), and Netty does not look.
 */
final class FrameBounds {
  private long payload; // bytes left of the frame's payload
  private long value; // of the variable-length integer being read
  private int more; // bytes left of it
  private boolean typeRead; // what is read next is a length

  /** Looks at the next bytes, and leaves them as they are. */
  void read(ByteBuf bytes) {
    var at = bytes.readerIndex();
    var end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        var skipped = Math.min(payload, end - at);
        payload -= skipped;
        at += (int) skipped;
      } else {
        read(bytes.getByte(at++));
      }
    }
  }

  private void read(byte next) {
    if (more == 0) {
      value = next & 0x3F;
      more = 1 << ((next & 0xC0) >> 6);
    } else {
      value = (value << 8) | (next & 0xFF);
    }
    if (--more > 0) return;
    if (typeRead) payload = value;
    typeRead = !typeRead;
  }

  /** Whether the stream could end here. */
  boolean atFrameEnd() {
    return payload == 0 && more == 0 && !typeRead;
  }
}
