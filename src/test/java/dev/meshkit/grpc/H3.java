package dev.meshkit.grpc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tech.kwik.qpack.Decoder;
import tech.kwik.qpack.Encoder;

/**
 * HTTP/3 as bytes (RFC 9114 §7), for peers that mean to send what no library would. Field sections
 * are made and read by Kwik's QPACK.
 */
final class H3 {
  static final long DATA = 0x0;
  static final long HEADERS = 0x1;
  static final long CANCEL_PUSH = 0x3;
  static final long SETTINGS = 0x4;
  static final long PUSH_PROMISE = 0x5;
  static final long GOAWAY = 0x7;
  static final long MAX_PUSH_ID = 0xD;
  static final long RESERVED = 0x21 + 31 * 7; // RFC 9114 §7.2.8: to be ignored

  static final long CONTROL_STREAM = 0x0;
  static final long PUSH_STREAM = 0x1;
  static final long ENCODER_STREAM = 0x2;
  static final long DECODER_STREAM = 0x3;

  static final long MAX_FIELD_SECTION_SIZE = 0x6;

  private H3() {}

  /** A variable-length integer in its shortest form (RFC 9000 §16). */
  static byte[] varint(long value) {
    if (value < 1L << 6) return new byte[] {(byte) value};
    if (value < 1L << 14) return bytes(ByteBuffer.allocate(2).putShort((short) (value | 0x4000)));
    if (value < 1L << 30) return bytes(ByteBuffer.allocate(4).putInt((int) (value | 0x8000_0000L)));
    return bytes(ByteBuffer.allocate(8).putLong(value | 0xC000_0000_0000_0000L));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static byte[] frame(long type, byte[]... payload) {
    var body = concat(payload);
    return concat(varint(type), varint(body.length), body);
  }

  /** A frame that says it is longer or shorter than what follows. */
  static byte[] frameOfLength(long type, long length, byte[]... payload) {
    return concat(varint(type), varint(length), concat(payload));
  }

  /** A HEADERS frame of these names and values. */
  static byte[] headers(List<String> fields) {
    return frame(HEADERS, section(fields));
  }

  static byte[] headers(String... fields) {
    return headers(List.of(fields));
  }

  /** A field section of names and values in turn. */
  static byte[] section(List<String> fields) {
    var entries = new ArrayList<Map.Entry<String, String>>();
    for (var i = 0; i < fields.size(); i += 2) {
      entries.add(Map.entry(fields.get(i), fields.get(i + 1)));
    }
    var buffer = Encoder.newBuilder().build().compressHeaders(entries);
    buffer.flip();
    var section = new byte[buffer.remaining()];
    buffer.get(section);
    return section;
  }

  /** The fields of a section, in order. */
  static List<Map.Entry<String, String>> fields(byte[] section) {
    try {
      return Decoder.newBuilder().build().decodeStream(new ByteArrayInputStream(section));
    } catch (IOException broken) {
      throw new AssertionError("the peer sent a field section that Kwik cannot read", broken);
    }
  }

  /** A message with gRPC's prefix, uncompressed. */
  static byte[] message(byte[] body) {
    return message(0, body.length, body);
  }

  static byte[] message(int flag, int length, byte[] body) {
    return concat(new byte[] {(byte) flag}, bytes(ByteBuffer.allocate(4).putInt(length)), body);
  }

  /** A SETTINGS frame of identifiers and values in turn. */
  static byte[] settings(long... idsAndValues) {
    var payload = new byte[idsAndValues.length][];
    for (var i = 0; i < payload.length; i++) payload[i] = varint(idsAndValues[i]);
    return frame(SETTINGS, payload);
  }

  static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
