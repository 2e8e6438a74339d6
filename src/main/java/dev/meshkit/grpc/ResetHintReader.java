package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads {@link ResetHint}s in front of the QUIC codec of a socket that dials. Only someone who saw
 * our packets knows the id in one. Confined to the event loop of the socket.
 */
final class ResetHintReader extends ChannelInboundHandlerAdapter {
  private final Map<QuicConnectionAddress, Connection> connections = new HashMap<>();

  /** The reader of the socket on which a connection was dialled. */
  static ResetHintReader of(QuicChannel channel) {
    var pipeline = channel.parent().pipeline();
    var reader = pipeline.get(ResetHintReader.class);
    if (reader != null) return reader;
    var first = new ResetHintReader();
    pipeline.addFirst(first);
    return first;
  }

  /** Hints about the id that the server gave a connection concern this one, until it has ended. */
  void add(Connection connection) {
    var id = connection.channel().remoteAddress();
    if (id != null) connections.put(id, connection);
  }

  void remove(Connection connection) {
    connections.values().remove(connection);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof DatagramPacket packet)) {
      ctx.fireChannelRead(message);
      return;
    }
    var hinted = ResetHint.in(packet.content());
    if (hinted.isEmpty()) {
      ctx.fireChannelRead(packet);
      return;
    }
    packet.release();
    var connection = connections.get(hinted.get());
    if (connection != null) connection.forgottenByPeer();
  }
}
