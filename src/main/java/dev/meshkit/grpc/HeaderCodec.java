package dev.meshkit.grpc;

import io.grpc.Metadata;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as header fields, and back.
 *
 * <p>Binary values ({@code -bin}) travel as base64 without padding and are read with or without;
 * the order and the doubles of one key are kept. What belongs to the protocol itself is neither
 * sent for a user nor shown to one.
 */
final class HeaderCodec {
  private static final String BINARY = Metadata.BINARY_HEADER_SUFFIX;
  private static final String GRPC = "application/grpc";
  private static final Set<AsciiString> OF_CONNECTION =
      Set.of(
          AsciiString.cached("connection"),
          AsciiString.cached("keep-alive"),
          AsciiString.cached("proxy-connection"),
          AsciiString.cached("transfer-encoding"),
          AsciiString.cached("upgrade"));
  private static final Set<String> OF_HTTP_1 =
      OF_CONNECTION.stream().map(AsciiString::toString).collect(Collectors.toUnmodifiableSet());
  private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

  private HeaderCodec() {}

  /** Adds what the user set; values that no header may carry are left out. */
  static void append(Metadata metadata, BiConsumer<String, String> into) {
    for (var name : metadata.keys()) {
      if (reserved(name) || OF_HTTP_1.contains(name)) continue;
      if (name.endsWith(BINARY)) {
        appendBinary(metadata, name, into);
      } else {
        appendAscii(metadata, name, into);
      }
    }
  }

  private static void appendBinary(
      Metadata metadata, String name, BiConsumer<String, String> into) {
    var values = metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
    if (values == null) return;
    for (var value : values) into.accept(name, ENCODER.encodeToString(value));
  }

  private static void appendAscii(Metadata metadata, String name, BiConsumer<String, String> into) {
    var values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    if (values == null) return;
    for (var value : values) {
      if (printable(value)) into.accept(name, value.strip());
    }
  }

  /**
   * What a user may see of received fields.
   *
   * @throws IllegalArgumentException on a name or a base64 value that is none, a value of several
   *     lines, or a name that HTTP/3 has no use for (RFC 9114 §4.2)
   */
  static Metadata parse(Http3Headers from) {
    var metadata = new Metadata();
    for (var field : from) {
      var name = field.getKey().toString();
      if (reserved(name)) continue;
      put(metadata, name, field.getValue().toString());
    }
    return metadata;
  }

  private static void put(Metadata metadata, String name, String value) {
    if (any(name, c -> c >= 'A' && c <= 'Z')) { // malformed, RFC 9114 §4.2
      throw new IllegalArgumentException("a field name in upper case: " + name);
    }
    if (OF_HTTP_1.contains(name)) throw new IllegalArgumentException(name + " in HTTP/3");
    if (!name.endsWith(BINARY)) {
      if (any(value, c -> c == 0 || c == '\r' || c == '\n')) {
        throw new IllegalArgumentException("control characters in " + name);
      }
      metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      return;
    }
    var key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
    for (var part : value.split(",", -1)) {
      metadata.put(
          key, Base64.getDecoder().decode(part.strip().getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /**
   * Whether a field is of a connection of HTTP/1, which makes a message malformed (RFC 9114 §4.2).
   */
  static boolean hasOfConnection(Http3Headers from) {
    for (var name : OF_CONNECTION) {
      if (from.contains(name)) return true;
    }
    return false;
  }

  /** Whether a content type is gRPC's, and not that of its relatives such as grpc-web. */
  static boolean isGrpc(@Nullable CharSequence contentType) {
    if (contentType == null || contentType.length() < GRPC.length()) return false;
    if (!GRPC.contentEquals(contentType.subSequence(0, GRPC.length()))) return false;
    return contentType.length() == GRPC.length()
        || "+;".indexOf(contentType.charAt(GRPC.length())) >= 0;
  }

  /** The message encodings that the sender of these fields understands, besides identity. */
  static List<String> encodings(Http3Headers from) {
    var encodings = new ArrayList<String>();
    for (var value : from.getAll("grpc-accept-encoding")) {
      for (var one : value.toString().split(",", -1)) encodings.add(one.strip());
    }
    return encodings;
  }

  /** The size of a field section as RFC 9114 §4.2.2 counts it: names, values, and 32 each. */
  static long size(Http3Headers fields) {
    var bytes = 0L;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      bytes += field.getKey().length() + field.getValue().length() + 32L;
    }
    return bytes;
  }

  /**
   * Names that belong to HTTP/3 and gRPC; tracing and rich errors are users of {@code grpc-…-bin}.
   */
  private static boolean reserved(String name) {
    return name.startsWith(":")
        || (name.startsWith("grpc-") && !name.endsWith(BINARY))
        || name.equals("te")
        || name.equals("content-type")
        || name.equals("content-length");
  }

  private static boolean printable(String value) {
    return !any(value, c -> c < 0x20 || c > 0x7E);
  }

  /** Of every field of every call, so without a stream. */
  private static boolean any(String text, IntPredicate what) {
    for (var i = 0; i < text.length(); i++) {
      if (what.test(text.charAt(i))) return true;
    }
    return false;
  }
}
