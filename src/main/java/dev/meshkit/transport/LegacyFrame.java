package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;

/**
 * A frame of the legacy socket: {@code u32} length of what follows, {@code u8} type, {@code u64}
 * id, body; big-endian. The length is 9 to 4 MiB + 9, and within that what the type may have. It is
 * checked before anything is allocated, and even then it is only what the peer says: room is made
 * for what has come, and not for what was announced.
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

  /** Room that is made before anything of a body has come; doubled when that is full. */
  private static final int STEP = 16 << 10;

  private static final int SMALL = 16 << 10;

  /** What comes before the body. */
  private record Head(Kind type, long id, int size) {}

  /** What a frame is, and its number on the wire. */
  enum Kind {
    /** Greets, or opens a stream: a family and its Hello. Id 0 comes first on a connection. */
    HELLO(1, SMALL),
    /** Of a Stream. */
    STREAM(2, large()),
    /** Of an Elect. */
    ELECT(3, large()),
    /** Of a Deliver. */
    DELIVER(4, large()),
    /** Asks: a method, and its request. */
    REQ(5, large()),
    /** Answers a REQ. */
    RESP(6, large()),
    /** Refuses a REQ, a stream or the connection: a gRPC status number, and a text. */
    ERR(7, SMALL),
    /** Ends a stream, or a REQ: a gRPC status number, 0 for good order, and a text. */
    CANCEL(8, SMALL),
    /** Permits so many frames and so many bytes more on a stream. */
    CREDIT(9, SMALL),
    /** Asks for a sign of life. */
    PING(10, SMALL),
    /** Gives it. */
    PONG(11, SMALL),
    /** Opens nothing new. */
    GOAWAY(12, SMALL);

    private final int number;
    private final int mostBody;

    Kind(int number, int mostBody) {
      this.number = number;
      this.mostBody = mostBody;
    }

    /** The largest message of any road, after its method. */
    private static int large() {
      return 1 + Family.DELIVER.maxFrameBytes();
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
    return read(in, head(in));
  }

  /**
   * The first frame of a connection, which is its HELLO; blocks for it. {@link ProtocolException}
   * if it is another, whose body is not waited for.
   */
  static LegacyFrame greeting(DataInputStream in) throws IOException {
    var head = head(in);
    if (head.type() != Kind.HELLO || head.id() != 0) {
      throw new ProtocolException("a connection that begins with " + head.type());
    }
    return read(in, head);
  }

  private static Head head(DataInputStream in) throws IOException {
    var length = Integer.toUnsignedLong(in.readInt());
    if (length < HEAD || length > MAX_BODY + HEAD) {
      throw new ProtocolException("a frame of " + length + " bytes");
    }
    var kind = Kind.of(in.readUnsignedByte());
    var size = (int) length - HEAD;
    if (size > kind.mostBody) throw new ProtocolException("a " + kind + " of " + size + " bytes");
    return new Head(kind, in.readLong(), size);
  }

  private static LegacyFrame read(DataInputStream in, Head head) throws IOException {
    var body = new byte[Math.min(STEP, head.size())];
    in.readFully(body);
    while (body.length < head.size()) {
      var have = body.length;
      body = Arrays.copyOf(body, Math.min(2 * have, head.size()));
      in.readFully(body, have, body.length - have);
    }
    return new LegacyFrame(head.type(), head.id(), Bytes.of(body));
  }

  /** Writes it; blocks while the socket is full. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(HEAD + body.size());
    out.writeByte(type.number());
    out.writeLong(id);
    out.write(body.toArray());
  }
}
