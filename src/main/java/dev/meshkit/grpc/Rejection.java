package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;

/**
 * Ends a stream that came too late with REQUEST_REJECTED, as soon as it can be told: before that
 * Netty would close it with the code 0, which is none of HTTP/3's. Then it departs, as others do
 * that were reset: a client may send as many as it likes for as long as the connection stays.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a stream that fails to close is gone
final class Rejection extends ChannelInboundHandlerAdapter {
  private static final int CODE = Http3ErrorCode.H3_REQUEST_REJECTED.code();

  private final Connection connection;

  Rejection(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!(ctx.channel() instanceof QuicStreamChannel stream)) return;
    stream.shutdownOutput(CODE);
    stream.shutdownInput(CODE);
    connection.departed(stream, true);
  }
}
