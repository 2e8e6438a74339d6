package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads field sections that are written as {@link FieldSection} writes them: without a dynamic
 * table and without Huffman's code, in a valid order, of names and values that need no second look.
 * It refuses nothing: what is not plain, Netty's decoder reads, and judges.
 *
 * <p>Confined to the event loop; made for one section.
 */
final class PlainFields {
  /** What a section is. */
  enum Part {
    /** A request's head. */
    REQUEST(METHOD | SCHEME | PATH | AUTHORITY),
    /** The head of a response that has messages, or of one that is nothing but trailers. */
    RESPONSE(STATUS),
    /** What follows messages. */
    TRAILERS(0);

    private final int pseudo;

    Part(int pseudo) {
      this.pseudo = pseudo;
    }
  }

  private static final int METHOD = 1;
  private static final int SCHEME = 2;
  private static final int PATH = 4;
  private static final int AUTHORITY = 8;
  private static final int STATUS = 16;

  private static final int MOST_BYTES = 8 << 10;
  private static final int HINT = 16; // fields, so that a usual section does not grow

  /** Names whose values HTTP has rules for, which Netty knows. */
  private static final Set<AsciiString> RULED =
      Set.of(
          AsciiString.cached("content-length"),
          AsciiString.cached("host"),
          AsciiString.cached("connection"),
          AsciiString.cached("te"));

  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
  private static final AsciiString POST = AsciiString.cached("POST");
  private static final AsciiString HTTPS = AsciiString.cached("https");
  private static final AsciiString OK = AsciiString.cached("200");

  private final ByteBuf bytes;
  private final int end;
  private final Http3Headers headers = new DefaultHttp3Headers(false, HINT);
  private int at;
  private int seen; // pseudo-headers
  private boolean regular; // a field that is none was seen

  private PlainFields(ByteBuf bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** The fields of the section at {@code from}; absent if it is not plain. Moves no index. */
  static @Nullable Http3Headers read(ByteBuf bytes, int from, int length, Part part) {
    if (length < 2 || length > MOST_BYTES || bytes.getShort(from) != 0) return null;
    var fields = new PlainFields(bytes, from + 2, from + length);
    while (fields.at < fields.end) {
      if (!fields.line()) return null;
    }
    return fields.seen == part.pseudo ? fields.headers : null;
  }

  private boolean line() {
    var first = bytes.getByte(at) & 0xFF;
    if ((first & 0xC0) == 0xC0) return indexed(integer(6));
    if ((first & 0xF0) == 0x50) return named(integer(4));
    if ((first & 0xF8) == 0x20) return literal();
    return false;
  }

  private boolean indexed(int index) {
    return switch (index) {
      case 20 -> pseudo(METHOD, Http3Headers.PseudoHeaderName.METHOD, POST);
      case 23 -> pseudo(SCHEME, Http3Headers.PseudoHeaderName.SCHEME, HTTPS);
      case 25 -> pseudo(STATUS, Http3Headers.PseudoHeaderName.STATUS, OK);
      default -> false;
    };
  }

  private boolean named(int index) {
    if (index < 0) return false;
    var value = value();
    if (value == null) return false;
    return switch (index) {
      case 0 -> pseudo(AUTHORITY, Http3Headers.PseudoHeaderName.AUTHORITY, value);
      case 1 -> pseudo(PATH, Http3Headers.PseudoHeaderName.PATH, value);
      case 44 -> field(CONTENT_TYPE, value);
      case 95 -> field(USER_AGENT, value);
      default -> false;
    };
  }

  private boolean literal() {
    var name = string(integer(3));
    if (name == null || name.isEmpty() || !isName(name)) return false;
    var value = value();
    if (value == null) return false;
    if (RULED.contains(name) && !(name.equals(TE) && value.equals(TRAILERS))) return false;
    return field(name, value);
  }

  private boolean pseudo(int flag, Http3Headers.PseudoHeaderName name, AsciiString value) {
    if (regular || (seen & flag) != 0) return false;
    seen |= flag;
    headers.add(name.value(), value);
    return true;
  }

  private boolean field(AsciiString name, AsciiString value) {
    regular = true;
    headers.add(name, value);
    return true;
  }

  private @Nullable AsciiString value() {
    if (at >= end || bytes.getByte(at) < 0) return null; // Huffman's code
    var value = string(integer(7));
    return value != null && isPrintable(value) ? value : null;
  }

  private @Nullable AsciiString string(int length) {
    if (length < 0 || length > end - at) return null;
    var text = new byte[length];
    bytes.getBytes(at, text);
    at += length;
    return new AsciiString(text, false);
  }

  private static boolean isName(AsciiString text) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.byteAt(i);
      var plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      if (!plain && c != '.') return false;
    }
    return true;
  }

  private static boolean isPrintable(AsciiString text) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.byteAt(i);
      if (c < 0x20 || c > 0x7E) return false;
    }
    return true;
  }

  /** A prefixed integer (RFC 7541 §5.1) below 2^21 or so; −1 if it is none, or larger. */
  private int integer(int prefix) {
    var limit = (1 << prefix) - 1;
    var value = bytes.getByte(at++) & limit;
    if (value < limit) return value;
    for (var shift = 0; shift <= 14 && at < end; shift += 7) {
      var next = bytes.getByte(at++);
      value += (next & 0x7F) << shift;
      if (next >= 0) return value;
    }
    return -1;
  }
}
