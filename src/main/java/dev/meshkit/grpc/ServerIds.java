package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The connection ids of one life of a server: a mark that is drawn anew at each start, then chance.
 * So an id of a life before shows as such, and nothing need be remembered for it. Confined to the
 * event loop of the socket.
 */
final class ServerIds implements QuicConnectionIdGenerator {
  private static final int MARK_BYTES = 4;

  private final SecureRandom chance;
  private final byte[] mark = new byte[MARK_BYTES];
  private ByteBuffer last = ByteBuffer.allocate(0);

  ServerIds(SecureRandom chance) {
    this.chance = chance;
    chance.nextBytes(mark);
  }

  @Override
  public ByteBuffer newId(int length) {
    var id = new byte[length];
    chance.nextBytes(id);
    System.arraycopy(mark, 0, id, 0, Math.min(length, MARK_BYTES));
    last = ByteBuffer.wrap(id);
    return last.duplicate();
  }

  @Override
  public ByteBuffer newId(ByteBuffer input, int length) {
    return newId(length);
  }

  /** The id made last, or an empty one if that was forgotten. */
  ByteBuffer last() {
    return last.duplicate();
  }

  void forgetLast() {
    last = ByteBuffer.allocate(0);
  }

  /** Whether the id that begins at {@code at} was made in this life. */
  boolean isOurs(ByteBuf bytes, int at) {
    var begin = new byte[MARK_BYTES];
    bytes.getBytes(at, begin);
    return Arrays.equals(begin, mark);
  }

  @Override
  public int maxConnectionIdLength() {
    return Quic.MAX_CONN_ID_LEN;
  }

  @Override
  public boolean isIdempotent() {
    return false;
  }
}
