package dev.meshkit.grpc;

import io.netty.handler.codec.http3.Http3ErrorCode;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Ways to break HTTP/3 that are either side's, each with the code that closes the connection (RFC
 * 9114 §7, §8; RFC 9204 §2, §4).
 */
final class HostileFrames {
  private HostileFrames() {}

  /** A connection that has sent nothing yet, of a client or of a server. */
  interface End {
    /** Opens a unidirectional stream. */
    H3Stream uni(long type, byte[]... bytes) throws Exception;

    /** Sends on a request stream: a request, or a response to one. */
    H3Stream message(byte[]... bytes) throws Exception;

    /** Waits until the other side has read what was sent so far. */
    void settle() throws Exception;
  }

  /** What one side does. */
  interface Attack {
    void by(End end) throws Exception;
  }

  /**
   * One way.
   *
   * @param code what the other side closes with
   */
  record Case(String name, Http3ErrorCode code, Attack attack) {
    @Override
    public String toString() {
      return name;
    }
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  static Case control(String name, Http3ErrorCode code, byte[]... bytes) {
    return new Case(name, code, end -> end.uni(H3.CONTROL_STREAM, bytes));
  }

  private static Case uni(String name, Http3ErrorCode code, long type, String bytes) {
    return new Case(name, code, end -> end.uni(type, hex(bytes)));
  }

  /** After proper SETTINGS, these bytes on a request stream. */
  static Case message(String name, Http3ErrorCode code, byte[]... bytes) {
    return new Case(
        name,
        code,
        end -> {
          end.uni(H3.CONTROL_STREAM, H3.settings());
          end.message(bytes);
        });
  }

  /** The same, and FIN. */
  static Case cut(String name, byte[]... bytes) {
    return new Case(
        name,
        Http3ErrorCode.H3_FRAME_ERROR,
        end -> {
          end.uni(H3.CONTROL_STREAM, H3.settings());
          end.message(bytes).finish();
        });
  }

  /** Of the control stream. */
  static Stream<Case> ofControl() {
    var missing = Http3ErrorCode.H3_MISSING_SETTINGS;
    var unexpected = Http3ErrorCode.H3_FRAME_UNEXPECTED;
    var settings = H3.settings();
    return Stream.of(
        control("SETTINGS twice", unexpected, settings, settings),
        control("GOAWAY before SETTINGS", missing, H3.frame(H3.GOAWAY, H3.varint(0))),
        control("DATA before SETTINGS", missing, H3.frame(H3.DATA, new byte[3])),
        control("a reserved frame before SETTINGS", missing, H3.frame(H3.RESERVED)),
        control("DATA on control", unexpected, settings, H3.frame(H3.DATA, new byte[3])),
        control("HEADERS on control", unexpected, settings, H3.headers("a", "b")),
        control(
            "PUSH_PROMISE on control",
            unexpected,
            settings,
            H3.frame(H3.PUSH_PROMISE, hex("0000"))),
        control("HTTP/2's PING on control", unexpected, settings, H3.frame(6, new byte[8])),
        control("a setting of HTTP/2", Http3ErrorCode.H3_SETTINGS_ERROR, H3.settings(2, 1)),
        control("a setting twice", Http3ErrorCode.H3_SETTINGS_ERROR, H3.settings(6, 99, 6, 99)),
        control(
            "SETTINGS end in a setting",
            Http3ErrorCode.H3_FRAME_ERROR,
            H3.frame(H3.SETTINGS, hex("06"))),
        control(
            "a GOAWAY too long",
            Http3ErrorCode.H3_FRAME_ERROR,
            settings,
            H3.frame(H3.GOAWAY, new byte[9])),
        control(
            "a GOAWAY without id", Http3ErrorCode.H3_FRAME_ERROR, settings, H3.frame(H3.GOAWAY)),
        control(
            "a CANCEL_PUSH of nothing",
            Http3ErrorCode.H3_ID_ERROR,
            settings,
            H3.frame(H3.CANCEL_PUSH, H3.varint(4))));
  }

  /** Of streams that must be there once and stay. */
  static Stream<Case> ofCriticalStreams() {
    var twice = Http3ErrorCode.H3_STREAM_CREATION_ERROR;
    return Stream.of(
        ended("control", H3.CONTROL_STREAM, H3.settings()),
        ended("encoder", H3.ENCODER_STREAM),
        ended("decoder", H3.DECODER_STREAM),
        reset("control", H3.CONTROL_STREAM, H3.settings()),
        reset("encoder", H3.ENCODER_STREAM),
        reset("decoder", H3.DECODER_STREAM),
        new Case(
            "two control streams",
            twice,
            end -> {
              end.uni(H3.CONTROL_STREAM, H3.settings());
              end.uni(H3.CONTROL_STREAM, H3.settings());
            }),
        new Case(
            "two encoder streams",
            twice,
            end -> {
              end.uni(H3.ENCODER_STREAM);
              end.uni(H3.ENCODER_STREAM);
            }),
        new Case(
            "two decoder streams",
            twice,
            end -> {
              end.uni(H3.DECODER_STREAM);
              end.uni(H3.DECODER_STREAM);
            }));
  }

  private static Case ended(String name, long type, byte[]... bytes) {
    return new Case(
        "the " + name + " stream ends",
        Http3ErrorCode.H3_CLOSED_CRITICAL_STREAM,
        end -> end.uni(type, bytes).finish());
  }

  private static Case reset(String name, long type, byte[]... bytes) {
    return new Case(
        "the " + name + " stream is reset",
        Http3ErrorCode.H3_CLOSED_CRITICAL_STREAM,
        end -> {
          var stream = end.uni(type, bytes);
          if (type != H3.CONTROL_STREAM) end.uni(H3.CONTROL_STREAM, H3.settings());
          end.settle();
          stream.reset(Http3ErrorCode.H3_NO_ERROR.code());
        });
  }

  /** Of QPACK, whose dynamic table we allow 0 bytes. */
  static Stream<Case> ofQpack() {
    var encoder = Http3ErrorCode.QPACK_ENCODER_STREAM_ERROR;
    var decoder = Http3ErrorCode.QPACK_DECODER_STREAM_ERROR;
    return Stream.of(
        uni("a table of 100 bytes", encoder, H3.ENCODER_STREAM, "3f45"),
        uni("an insertion", encoder, H3.ENCODER_STREAM, "41610162"),
        uni("a duplication", encoder, H3.ENCODER_STREAM, "00"),
        uni("an insertion of 2 GB", encoder, H3.ENCODER_STREAM, "5fffffff07"),
        uni("an acknowledgement of nothing", decoder, H3.DECODER_STREAM, "80"),
        uni("an increment of 0", decoder, H3.DECODER_STREAM, "00"),
        uni("an increment of 5", decoder, H3.DECODER_STREAM, "05"),
        section("an insert count", "020080"),
        section("a dynamic field", "000080"),
        section("a dynamic field after the base", "000010"),
        section("a dynamic name", "0000400161"),
        section("a dynamic name after the base", "0000000161"),
        section("static field 99", "0000ff24"),
        section("a literal longer than its section", "0000517f61"),
        section("an integer without end", "0000ffffffffffffffffffffffff"),
        section("no Huffman code", "00005184ffffffff"));
  }

  private static Case section(String name, String bytes) {
    return message(
        name + " in a section",
        Http3ErrorCode.QPACK_DECOMPRESSION_FAILED,
        H3.frame(H3.HEADERS, hex(bytes)));
  }

  /** Of request streams, by either side; {@code head} is what belongs there first. */
  static Stream<Case> ofMessages(byte[] head) {
    var unexpected = Http3ErrorCode.H3_FRAME_UNEXPECTED;
    var trailers = H3.headers("a", "b");
    return Stream.of(
        message("DATA before HEADERS", unexpected, H3.frame(H3.DATA, new byte[3])),
        message("SETTINGS on a request", unexpected, H3.settings()),
        message("GOAWAY on a request", unexpected, H3.frame(H3.GOAWAY, H3.varint(0))),
        message("MAX_PUSH_ID on a request", unexpected, H3.frame(H3.MAX_PUSH_ID, H3.varint(0))),
        message("CANCEL_PUSH on a request", unexpected, H3.frame(H3.CANCEL_PUSH, H3.varint(0))),
        message("HTTP/2's PRIORITY", unexpected, H3.frame(2, new byte[5])),
        message("HTTP/2's PING", unexpected, head, H3.frame(6, new byte[8])),
        message("HTTP/2's WINDOW_UPDATE", unexpected, head, H3.frame(8, new byte[4])),
        message("HTTP/2's CONTINUATION", unexpected, head, H3.frame(9, new byte[4])),
        message("HEADERS after trailers", unexpected, head, trailers, trailers),
        message("DATA after trailers", unexpected, head, trailers, H3.frame(H3.DATA, new byte[3])),
        cut("FIN within HEADERS", H3.frameOfLength(H3.HEADERS, 50, new byte[3])),
        // nor is the message whole: one that is may be answered before FIN comes
        cut("FIN within DATA", head, H3.frameOfLength(H3.DATA, 50, hex("0000000020616263"))),
        cut("FIN within a reserved frame", head, H3.frameOfLength(H3.RESERVED, 50, new byte[3])),
        cut("FIN within a length", head, hex("0080")));
  }

  /** Of sizes beyond what we take. */
  static Stream<Case> ofSizes(byte[] head) {
    var load = Http3ErrorCode.H3_EXCESSIVE_LOAD;
    var bytes = new byte[3];
    return Stream.of(
        message("DATA of 2^31", load, head, H3.frameOfLength(H3.DATA, 1L << 31, bytes)),
        message("DATA of 2^62 - 1", load, head, H3.frameOfLength(H3.DATA, (1L << 62) - 1, bytes)),
        message("HEADERS of 70 KB", load, H3.frameOfLength(H3.HEADERS, 70_000, bytes)),
        message("HEADERS of 2 GB", load, H3.frameOfLength(H3.HEADERS, (1L << 31) - 1, bytes)),
        message(
            "a section of 2 KB that holds 70 KB",
            load,
            H3.frame(H3.HEADERS, hex("0000" + "d1".repeat(2_000)))),
        message(
            "a reserved frame of 1 GB",
            load,
            head,
            H3.frameOfLength(H3.RESERVED, 1L << 30, bytes)));
  }
}
