package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A field section to be sent, encoded as it is built: QPACK (RFC 9204 §4.5) without a dynamic table
 * and without Huffman, so that its bytes depend on nothing but its fields. What many calls share is
 * encoded once and copied.
 *
 * <p>Confined to one thread at a time.
 */
final class FieldSection {
  private static final int INDEXED = 0xC0; // 1 T=1 index, 6-bit prefix
  private static final int NAME_REFERENCE = 0x50; // 01 N=0 T=1 index, 4-bit prefix
  private static final int LITERAL_NAME = 0x20; // 001 N=0 H=0 length, 3-bit prefix
  private static final int OVERHEAD = 32; // a field's, RFC 9114 §4.2.2
  private static final int HEADERS_FRAME = 1;
  private static final int FRAME_HEADER_BYTES = 5;

  private byte[] bytes;
  private int length;
  private long size;

  /** An empty section. */
  FieldSection() {
    bytes = new byte[128];
    length = 2; // required insert count 0, base 0
  }

  private FieldSection(FieldSection that) {
    bytes = Arrays.copyOf(that.bytes, that.length + 64);
    length = that.length;
    size = that.size;
  }

  /** Another section that begins like this one. */
  FieldSection copy() {
    return new FieldSection(this);
  }

  /** Its size as RFC 9114 §4.2.2 counts it: names, values, and 32 bytes each. */
  long size() {
    return size;
  }

  /** Adds the field at {@code index} of the static table; {@code chars} in name and value. */
  FieldSection indexed(int index, int chars) {
    integer(INDEXED, 6, index);
    size += chars + OVERHEAD;
    return this;
  }

  /** Adds a field whose name, of {@code nameLength}, is at {@code index} of the static table. */
  FieldSection named(int index, int nameLength, String value) {
    integer(NAME_REFERENCE, 4, index);
    string(0, 7, value);
    size += nameLength + value.length() + OVERHEAD;
    return this;
  }

  /** Adds a field; both are ASCII, the name in lower case. */
  FieldSection add(String name, String value) {
    string(LITERAL_NAME, 3, name);
    string(0, 7, value);
    size += name.length() + value.length() + OVERHEAD;
    return this;
  }

  /** How many bytes {@link #writeTo} writes. */
  int frameBytes() {
    return FRAME_HEADER_BYTES + length;
  }

  /** Writes the section as one HEADERS frame; its length takes 4 bytes, as {@link Framer}'s. */
  void writeTo(ByteBuf out) {
    out.writeByte(HEADERS_FRAME).writeInt(0x8000_0000 | length).writeBytes(bytes, 0, length);
  }

  private void string(int flags, int prefix, String text) {
    integer(flags, prefix, text.length());
    reserve(text.length());
    for (var i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
  }

  /** A prefixed integer, RFC 7541 §5.1. */
  private void integer(int flags, int prefix, int value) {
    reserve(6);
    var limit = (1 << prefix) - 1;
    if (value < limit) {
      bytes[length++] = (byte) (flags | value);
      return;
    }
    bytes[length++] = (byte) (flags | limit);
    var rest = value - limit;
    for (; rest >= 0x80; rest >>>= 7) bytes[length++] = (byte) (rest | 0x80);
    bytes[length++] = (byte) rest;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
