package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;

/**
 * Ends a stream that came too late with REQUEST_REJECTED, as soon as it can be told: before that
 * Netty would close it with the code 0, which is none of HTTP/3's. Nobody reads it, so what its
 * client still sends or says of it reaches no handler, and stays in QUIC's books until the
 * connection ends.
 */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // a stream that fails to close is gone
final class Rejection extends ChannelInboundHandlerAdapter {
  private static final int CODE = Http3ErrorCode.H3_REQUEST_REJECTED.code();

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!(ctx.channel() instanceof QuicStreamChannel stream)) return;
    stream.shutdownOutput(CODE);
    stream.shutdownInput(CODE);
  }
}
