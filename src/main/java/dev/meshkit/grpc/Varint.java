package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;

/** Variable-length integers (RFC 9000 §16). */
final class Varint {
  /** The most bytes that one takes. */
  static final int MAX_BYTES = 8;

  private Varint() {}

  /** Writes 0 to 2^62 − 1 in as few bytes as it takes. */
  static void write(ByteBuf out, long number) {
    if (number < 1 << 6) {
      out.writeByte((int) number);
    } else if (number < 1 << 14) {
      out.writeShort((int) number | 0x4000);
    } else if (number < 1 << 30) {
      out.writeInt((int) number | 0x8000_0000);
    } else {
      out.writeLong(number | 0xC000_0000_0000_0000L);
    }
  }

  /** Whether a whole one is there. */
  static boolean isWhole(ByteBuf in) {
    return in.isReadable() && in.readableBytes() >= length(in);
  }

  private static int length(ByteBuf in) {
    return 1 << ((in.getByte(in.readerIndex()) & 0xC0) >> 6);
  }

  /** Reads one; only after {@link #isWhole} said true. */
  static long read(ByteBuf in) {
    return switch (length(in)) {
      case 1 -> in.readByte() & 0x3F;
      case 2 -> in.readShort() & 0x3FFF;
      case 4 -> in.readInt() & 0x3FFF_FFFF;
      default -> in.readLong() & 0x3FFF_FFFF_FFFF_FFFFL;
    };
  }
}
