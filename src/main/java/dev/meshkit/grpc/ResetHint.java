package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import java.util.Optional;

/**
 * What a server that was restarted answers to a packet of a connection it does not know: the id
 * that the packet was sent to. A stateless reset (RFC 9000 §10.3) would need a secret that outlives
 * the process, and a token per connection, which Netty cannot give. This is only a hint: whoever
 * gets it asks for a sign of life before it believes it. Strangers take it for a packet to nobody.
 *
 * <pre>
 *   'M' 'K' 'R' | the connection id, 20
 * </pre>
 */
final class ResetHint {
  /** Its length; what it answers is longer, so that two ends never answer each other for ever. */
  static final int BYTES = 3 + Quic.MAX_CONN_ID_LEN;

  private static final int MAGIC = 0x4D4B52; // as a QUIC packet: a short header

  private ResetHint() {}

  /** The hint about the connection id that begins at {@code at}. */
  static ByteBuf about(ByteBuf packet, int at, ByteBufAllocator alloc) {
    return alloc
        .directBuffer(BYTES)
        .writeMedium(MAGIC)
        .writeBytes(packet, at, Quic.MAX_CONN_ID_LEN);
  }

  /** The id that a hint is about; empty if this datagram is none. */
  static Optional<QuicConnectionAddress> in(ByteBuf datagram) {
    var at = datagram.readerIndex();
    if (datagram.readableBytes() != BYTES || datagram.getUnsignedMedium(at) != MAGIC) {
      return Optional.empty();
    }
    var id = new byte[Quic.MAX_CONN_ID_LEN];
    datagram.getBytes(at + 3, id);
    return Optional.of(new QuicConnectionAddress(id));
  }
}
