package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;

/**
 * A frame of the legacy socket: {@code u32} length of what follows, {@code u8} type, {@code u64}
 * id, body; big-endian. The length is 9 to 4 MiB + 9 and is checked before anything is allocated.
 *
 * @param type what it is
 * @param id of the stream or request it belongs to; 0 for the connection
 * @param body at most 4 MiB
 */
record LegacyFrame(Kind type, long id, Bytes body) {
  /** Bytes of type and id. */
  static final int HEAD = 9;

  /** The largest body. */
  static final int MAX_BODY = 4 << 20;

  /** What a frame is, and its number on the wire. */
  enum Kind {
    /** Greets, or opens a stream: a family and its Hello. Id 0 comes first on a connection. */
    HELLO(1),
    /** Of a Stream. */
    STREAM(2),
    /** Of an Elect. */
    ELECT(3),
    /** Of a Deliver. */
    DELIVER(4),
    /** Asks: a method, and its request. */
    REQ(5),
    /** Answers a REQ. */
    RESP(6),
    /** Refuses a REQ, a stream or the connection: a gRPC status number, and a text. */
    ERR(7),
    /** Ends a stream, or a REQ: a gRPC status number, 0 for good order, and a text. */
    CANCEL(8),
    /** Permits so many frames and so many bytes more on a stream. */
    CREDIT(9),
    /** Asks for a sign of life. */
    PING(10),
    /** Gives it. */
    PONG(11),
    /** Opens nothing new. */
    GOAWAY(12);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** On the wire. */
    int number() {
      return number;
    }

    private static Kind of(int number) throws ProtocolException {
      for (var kind : KINDS) if (kind.number == number) return kind;
      throw new ProtocolException("a frame of type " + number);
    }
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  /** A frame without a body. */
  static LegacyFrame of(Kind type, long id) {
    return new LegacyFrame(type, id, Bytes.EMPTY);
  }

  /**
   * The next frame; blocks for it. {@link java.io.EOFException} at the end, {@link
   * ProtocolException} if it is none.
   */
  static LegacyFrame read(DataInputStream in) throws IOException {
    var length = Integer.toUnsignedLong(in.readInt());
    if (length < HEAD || length > MAX_BODY + HEAD) {
      throw new ProtocolException("a frame of " + length + " bytes");
    }
    var kind = Kind.of(in.readUnsignedByte());
    var id = in.readLong();
    var body = new byte[(int) length - HEAD];
    in.readFully(body);
    return new LegacyFrame(kind, id, Bytes.of(body));
  }

  /** Writes it; blocks while the socket is full. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(HEAD + body.size());
    out.writeByte(type.number());
    out.writeLong(id);
    out.write(body.toArray());
  }
}
