package dev.meshkit.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** {@code grpc-message}: UTF-8 in which all but printable ASCII, and {@code %}, is {@code %XX}. */
final class PercentCodec {
  /** The most bytes of a message that are sent, before encoding. */
  static final int MAX_BYTES = 1024;

  private static final String HEX = "0123456789ABCDEF";

  private PercentCodec() {}

  /** Encodes, cutting the message at {@link #MAX_BYTES} without splitting a character. */
  static String encode(String message) {
    var bytes = message.getBytes(StandardCharsets.UTF_8);
    var end = cut(bytes);
    var out = new StringBuilder(end);
    for (var i = 0; i < end; i++) {
      var b = bytes[i];
      if (b >= 0x20 && b <= 0x7E && b != '%') {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
      }
    }
    return out.toString();
  }

  private static int cut(byte[] bytes) {
    if (bytes.length <= MAX_BYTES) return bytes.length;
    var end = MAX_BYTES;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) end--;
    return end;
  }

  /** Decodes; what is no valid escape stands for itself. */
  static String decode(CharSequence encoded) {
    var out = new ByteArrayOutputStream(encoded.length());
    for (var i = 0; i < encoded.length(); i++) {
      var c = encoded.charAt(i);
      var value = c == '%' && i + 2 < encoded.length() ? hex(encoded, i + 1) : -1;
      if (value < 0) {
        out.write(c);
      } else {
        out.write(value);
        i += 2;
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static int hex(CharSequence text, int at) {
    var high = Character.digit(text.charAt(at), 16);
    var low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }
}
