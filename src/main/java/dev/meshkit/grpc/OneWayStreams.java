package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3Exception;
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

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof Http3Exception)) ctx.fireExceptionCaught(cause);
    // what breaks HTTP/3's rules for streams, Netty answers itself by closing the connection
  }
}
