package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;

/**
 * The last handler of a connection: puts a {@link OneWayTail} behind what HTTP/3 has installed on a
 * new stream, before anything is read from it.
 */
final class OneWayStreams extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  OneWayStreams(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof QuicStreamChannel stream
        && stream.type() == QuicStreamType.UNIDIRECTIONAL) {
      stream.pipeline().addLast(new OneWayTail(connection));
    }
    ctx.fireChannelRead(message);
  }
}
